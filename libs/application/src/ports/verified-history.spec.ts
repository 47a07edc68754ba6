import { describe, expect, it } from '@jest/globals';
import type { RecordedEvent } from '#application/ports';
import type { AccountEvent } from '#domain';
import { start } from '../../../../test/support/account-driver.ts';
import { recordedEvents, toLog } from '../../../../test/support/chained-log.ts';
import { type ChainPlace, UntrustedEvent, type VerifiedEvent, verifiedHistory } from './verified-history.ts';

const count = 2_500;

function deposited(number: number): AccountEvent {
  const data = { at: start, depositId: `d${String(number)}`, amount: '1', reference: null, paymentId: null };
  return { type: 'funds-deposited.v1', data };
}

const log = recordedEvents(
  'acme',
  Array.from({ length: count }, (_, number) => deposited(number)),
);

function changed(revision: number, change: Partial<RecordedEvent>): RecordedEvent[] {
  return log.map((event) => (event.revision === revision ? { ...event, ...change } : event));
}

async function read(
  events: readonly RecordedEvent[],
  after?: ChainPlace,
): Promise<{ read: VerifiedEvent[]; pages: number; error: unknown }> {
  const taken: VerifiedEvent[] = [];
  let pages = 0;
  try {
    for await (const page of verifiedHistory(toLog(events), 'acme', after)) {
      pages += 1;
      for (const one of page) taken.push(one);
    }
  } catch (error) {
    return { read: taken, pages, error };
  }
  return { read: taken, pages, error: undefined };
}

describe('the verified history of an account', () => {
  it('has every event once, in order, decoded, over several pages', async () => {
    const { read: taken, pages, error } = await read(log);
    expect(error).toBeUndefined();
    expect(pages).toBe(3);
    expect(taken.map(({ recorded }) => recorded)).toEqual(log);
    expect(taken.at(-1)?.event).toEqual(deposited(count - 1));
  });

  it('goes on after an event that was read before', async () => {
    const before = log[1_999];
    if (before === undefined) throw new RangeError('the log is longer');
    expect((await read(log, before)).read.map(({ recorded }) => recorded.revision)).toEqual(
      Array.from({ length: 500 }, (_, index) => 2_000 + index),
    );
  });

  it('is empty for an account that nothing was written of', async () => {
    expect(await read([])).toEqual({ read: [], pages: 1, error: undefined });
  });

  it.each<[string, RecordedEvent[], string, number]>([
    ['whose text was changed', changed(1_200, { data: '{"at":0}' }), 'hash-wrong', 1_200],
    ['whose metadata was changed', changed(1_200, { metadata: '{}' }), 'hash-wrong', 1_200],
    ['behind which the chain was cut', changed(1_199, { hash: '0'.repeat(64) }), 'hash-wrong', 1_199],
    ['behind one that is missing', log.filter(({ revision }) => revision !== 1_199), 'revision-gap', 1_200],
    [
      'of a type that nobody knows',
      recordedEvents('acme', [deposited(0), { type: 'funds-doubled.v9', data: {} } as unknown as AccountEvent]),
      'event-unreadable',
      1,
    ],
  ])('ends at an event %s', async (_, events, kind, revision) => {
    const { read: taken, error } = await read(events);
    expect(error).toBeInstanceOf(UntrustedEvent);
    expect(error).toMatchObject({ kind, revision });
    expect(taken.map(({ recorded }) => recorded)).toEqual(events.slice(0, taken.length));
    expect(events[taken.length]?.revision).toBe(revision);
  });

  it('does not look at events behind the last one that was taken', async () => {
    const taken: number[] = [];
    for await (const page of verifiedHistory(toLog(changed(1_200, { data: '{}' })), 'acme')) {
      for (const { recorded } of page) {
        taken.push(recorded.revision);
        if (recorded.revision === 1_199) break;
      }
      if (taken.length === 1_200) break;
    }
    expect(taken.length).toBe(1_200);
  });
});
