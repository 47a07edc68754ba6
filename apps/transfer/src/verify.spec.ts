import { beforeAll, describe, expect, it } from '@jest/globals';
import { type NewEvent, NO_STREAM } from '#application/ports';
import { MemoryEventStore } from '#event-store';
import { damagedCopy, listAppends, rechained, scenarioDirectory, store } from '../../../test/support/driven-store.ts';
import { chained, commandLine, type Ended, findingsIn, inMemory, transferred, write } from '../testing/ledgers.ts';

let scenario: string;

beforeAll(async () => {
  scenario = await scenarioDirectory();
});

type Damage = Parameters<typeof damagedCopy>[2];

function damaged(damage: Damage): string {
  const copy = damagedCopy(scenario, 'events.db', damage);
  return copy;
}

/** The event of that revision, changed where it lies. */
function changed(stream: string, wanted: number, change: (event: NewEvent) => NewEvent): Damage {
  return (database) => {
    for (const { position, revision, events } of listAppends(database, stream)) {
      store(
        database,
        position,
        events.map((event, index) => (revision + index === wanted ? change(event) : event)),
      );
    }
  };
}

/** The same letters in another order. */
function turned(text: string): string {
  return text.slice(1) + text.charAt(0);
}

async function compared(from: string, to: string): Promise<Ended & { readonly places: readonly string[] }> {
  const ended = await commandLine(['--from', from, '--to', to, '--verify-only']);
  const lines = ended.out.trimEnd().split('\n');
  return { ...ended, places: lines.slice(0, -1).map((line) => line.replace(/: .*$/, '')) };
}

describe('a copy of which one event was tampered with', () => {
  it.each([
    ['data', ['hash-wrong  account-acme 7', 'event-differs  account-acme 7']],
    ['metadata', ['hash-wrong  account-acme 7', 'event-differs  account-acme 7']],
    ['type', ['hash-wrong  account-acme 7', 'event-differs  account-acme 7']],
    ['id', ['event-id-wrong  account-acme 7', 'event-differs  account-acme 7']],
    [
      'hash',
      [
        'hash-wrong  account-acme 7',
        'event-id-wrong  account-acme 7',
        'hash-wrong  account-acme 8',
        'event-differs  account-acme 7',
      ],
    ],
  ] as const)('in its %s is found', async (name, places) => {
    const copy = damaged(changed('account-acme', 7, (event) => ({ ...event, [name]: turned(event[name]) })));
    const { code, out, places: found } = await compared(scenario, copy);
    expect([code, found]).toEqual([1, places]);
    expect(out).toContain(`in the target: `);
    expect(out).toMatch(new RegExp(`: not the same in source and target: ${name}\n`));
    expect(out).toMatch(
      new RegExp(`^verified: \\d+ events in \\d+ streams, ${String(places.length)} findings\n$`, 'm'),
    );
  });

  it('is found though its chain was recomputed', async () => {
    const copy = damaged((database) => {
      rechained(database, 'account-beta', (event, revision) =>
        revision === 1 ? { ...event, data: event.data.replace('"amount":"4"', '"amount":"5"') } : event,
      );
    });
    const { code, out, places } = await compared(scenario, copy);
    expect([code, places.slice(0, 2)]).toEqual([1, ['event-differs  account-beta 1', 'event-differs  account-beta 2']]);
    expect(out).toContain('account-beta 1: not the same in source and target: data, id, hash\n');
    expect(out).toContain('account-beta 2: not the same in source and target: id, hash\n');
  });

  it('is found if it was so in the source: it is copied as it is, and both are found to be broken', async () => {
    const from = damaged(changed('account-beta', 1, (event) => ({ ...event, data: event.data.replace('4', '5') })));
    const to = damaged((database) => {
      database.exec('DELETE FROM appends; DELETE FROM heads; DELETE FROM marks; DELETE FROM streams');
    });
    const { code, out } = await commandLine(['--from', from, '--to', to]);
    expect(code).toBe(1);
    expect(out.match(/^hash-wrong {2}account-beta 1: in the (source|target): /gm)).toHaveLength(2);
    expect(out).toMatch(/, 2 findings\n$/);
  });
});

describe('a copy that is not whole', () => {
  it('misses a stream, has one more, ends too early, goes too far: each is found', async () => {
    const source = await inMemory(scenario);
    const target = new MemoryEventStore();
    const { head, events: acme } = await source.readStream('account-acme', 0, 1_000);
    const { head: betaHead, events: beta } = await source.readStream('account-beta', 0, 1_000);
    await write(target, 'account-acme', acme.slice(0, 10));
    await write(target, 'account-beta', [...beta, ...chained('account-beta', 3)]);
    await write(target, 'account-zebra', chained('account-zebra', 1));
    const outcome = await transferred(source, target, { verifyOnly: true });
    expect(findingsIn(outcome).filter((finding) => !/-wrong/.test(finding))).toEqual([
      'missing-in-target account-acme 10',
      `only-in-target account-beta ${String(betaHead + 1)}`,
      'missing-in-target keys 0',
      'missing-in-target account-gone 0',
      'only-in-target account-zebra 0',
    ]);
    const [missing] = outcome.kind === 'verified' ? outcome.verification.findings.lines().slice(-5) : [];
    expect(missing).toContain(`, and so on up to revision ${String(head)}`);
  });

  it('is found in long streams, however the stretches lie on pages', async () => {
    const [source, target] = [new MemoryEventStore(), new MemoryEventStore()];
    const events = chained('account-long', 3_500);
    const at = new Set([0, 999, 1_000, 1_999, 2_400]);
    await source.append('account-long', NO_STREAM, events.slice(0, 1_000));
    await source.append('account-long', 999, events.slice(1_000, 2_000));
    await source.append('account-long', 1_999, events.slice(2_000, 3_000));
    await source.append('account-long', 2_999, events.slice(3_000));
    const copied = events.map((event, index) => (at.has(index) ? { ...event, type: 'nothing-happened.v1' } : event));
    await target.append('account-long', NO_STREAM, copied.slice(0, 1_000));
    await target.append('account-long', 999, copied.slice(1_000, 2_000));
    await target.append('account-long', 1_999, copied.slice(2_000, 2_500));
    const outcome = await transferred(source, target, { verifyOnly: true });
    expect(findingsIn(outcome).filter((finding) => !/-wrong/.test(finding))).toEqual([
      ...[...at].map((revision) => `event-differs account-long ${String(revision)}`),
      'missing-in-target account-long 2500',
    ]);
  });
});

it('a source that is written after it was copied is found', async () => {
  const source = await inMemory(scenario);
  const target = new MemoryEventStore();
  let written: Promise<unknown> | undefined;
  target.failAppend = () => {
    if (written !== undefined) return undefined;
    written = source.append('account-new', NO_STREAM, chained('account-new', 1));
    // Sent again later: by then it is written.
    return 'outcome-unknown';
  };
  const outcome = await transferred(source, target);
  expect(findingsIn(outcome)).toEqual(['missing-in-target account-new 0', 'source-moved account-new 0']);
});
