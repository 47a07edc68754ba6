import { beforeAll, describe, expect, it } from '@jest/globals';
import { ChainedEvents } from '#application';
import { type NewEvent, NO_STREAM } from '#application/ports';
import { chainStart } from '#domain';
import { MemoryEventStore } from '#event-store';
import { scenarioDirectory } from '../../../test/support/driven-store.ts';
import { chained, inMemory, streamsIn, transferred, write } from '../testing/ledgers.ts';

const acme = 'account-acme';

let scenario: string;
let source: MemoryEventStore;

beforeAll(async () => {
  scenario = await scenarioDirectory();
  source = await inMemory(scenario);
});

/** So many events of the account, the last of them something else. */
async function otherwise(count: number): Promise<readonly NewEvent[]> {
  const { events } = await source.readStream(acme, 0, count - 1);
  const chain = new ChainedEvents(acme, count - 2, events.at(-1)?.hash ?? chainStart);
  chain.add({ type: 'funds-deposited.v1', data: { depositId: 'mine' } }, { actor: 'thief', correlationId: 'night' });
  return [...events, ...chain.events];
}

async function refusal(target: MemoryEventStore): Promise<unknown> {
  const before = await streamsIn(target);
  const outcome = await transferred(source, target);
  expect(await streamsIn(target)).toEqual(before);
  return outcome;
}

describe('a target is left alone and named', () => {
  it('if it has a stream that the source has not', async () => {
    const target = new MemoryEventStore();
    await write(target, 'account-zebra', chained('account-zebra', 2));
    expect(await refusal(target)).toMatchObject({
      kind: 'refused',
      objection: { kind: 'only-in-target', stream: 'account-zebra', revision: 0 },
    });
  });

  it.each([1, 2, 40])('if a stream of it goes another way at its %s. event', async (count) => {
    const target = new MemoryEventStore();
    await write(target, acme, await otherwise(count));
    await write(target, 'account-beta', (await source.readStream('account-beta', 0, 2)).events);
    expect(await refusal(target)).toMatchObject({
      kind: 'refused',
      objection: { kind: 'event-differs', stream: acme, revision: count - 1 },
    });
  });

  it('if an event in the midst of it was tampered with', async () => {
    const target = new MemoryEventStore();
    const { events } = await source.readStream(acme, 0, 30);
    const tampered = events.map((event) =>
      event.revision === 12 ? { ...event, metadata: event.metadata.replace('actor', 'player') } : event,
    );
    await write(target, acme, tampered);
    expect(await refusal(target)).toMatchObject({ objection: { kind: 'event-differs', stream: acme, revision: 12 } });
  });

  it('if it goes further than the source', async () => {
    const target = new MemoryEventStore();
    const { events, head } = await source.readStream(acme, 0, 1_000);
    await write(target, acme, [...events, ...chained(acme, 2)]);
    expect(await refusal(target)).toMatchObject({
      objection: { kind: 'only-in-target', stream: acme, revision: head + 1 },
    });
  });

  it('while somebody else writes it: the copy stops', async () => {
    const target = new MemoryEventStore();
    let intruded: Promise<unknown> | undefined;
    target.failAppend = (stream) => {
      if (stream !== acme || intruded !== undefined) return undefined;
      intruded = target.append(acme, NO_STREAM, chained(acme, 1));
      return 'outcome-unknown';
    };
    await expect(transferred(source, target)).rejects.toThrow(
      /^account-acme 0 to \d+ could not be written: expected -1/,
    );
  });
});

it('an empty source is most likely a wrong name, and not copied', async () => {
  expect(await transferred(new MemoryEventStore(), new MemoryEventStore())).toEqual({ kind: 'nothing-there' });
});
