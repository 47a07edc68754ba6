import { beforeAll, describe, expect, it } from '@jest/globals';
import { type Answer, BEGINNING, type Done, type RecordedEvent } from '#application';
import { type AccountEvent, accountStream, chainHash, chainStart, decodeEvent, eventIdFromHash } from '#domain';
import { MemoryEventStore } from '#event-store';
import { start } from '../support/account-driver.ts';
import { deposit, fail, freeze, openAccount, release, settle, withdraw } from '../support/commands.ts';
import { type Call, History, saidIn, type Seen, SharedTime, SkewedClock } from '../support/history.ts';
import { checkHistory } from '../support/history-checker.ts';
import { Replica } from '../support/replica.ts';

/*
 * Whether the checker can see: a history without error, and the same with one thing changed in it.
 */

const stream = accountStream('acme');

/** Of all holds; the second process's clock, a millisecond ahead, told the time when they were opened. */
const deadline = start + 1 + 60_000;

let calls: readonly Call[];
let log: readonly RecordedEvent[];

/** Two processes that tell the truth, asked one after the other and now and then at once. */
beforeAll(async () => {
  const store = new MemoryEventStore();
  const time = new SharedTime(start);
  const replicas = [0, 1].map((skewMs) => new Replica(store, new SkewedClock(time, skewMs), { soleWriter: false }));
  const history = new History(store, replicas, time);
  await history.ask(0, 'acme', openAccount('acme'));
  await history.ask(1, 'acme', deposit('d1', '10'));
  await history.ask(0, 'acme', freeze('h1', '4', 60));
  await history.ask(1, 'acme', freeze('h2', '3', 60));
  await history.ask(0, 'acme', freeze('h3', '9', 60));
  await history.ask(0, 'acme', freeze('h4', '1', 60));
  await history.read(1, 'acme');
  await Promise.all([0, 1].map((index) => history.ask(index, 'acme', settle('h1'))));
  await history.ask(0, 'acme', freeze('h1', '4', 60));
  await history.ask(0, 'acme', fail('h2', 'a1'));
  await history.ask(1, 'acme', release('h4'));
  await history.ask(0, 'acme', settle('nobody'));
  time.moveTo(deadline);
  await history.ask(1, 'acme', settle('h2'));
  await history.ask(0, 'acme', settle('h2', start + 1));
  await history.ask(1, 'acme', deposit('d2', '5'));
  await history.ask(0, 'acme', withdraw('w1', '2'));
  await history.ask(1, 'acme', { kind: 'expire-due' });
  await history.read(0, 'acme');
  ({ calls } = history);
  log = (await store.readAll(BEGINNING, 1_000)).events;
});

/** Events with places, hashes and ids of a sound chain: only what they say may be wrong. */
function chained(events: readonly Pick<RecordedEvent, 'type' | 'data' | 'metadata'>[]): readonly RecordedEvent[] {
  let hash = chainStart;
  return events.map(({ type, data, metadata }, revision) => {
    hash = chainHash(hash, stream, revision, type, data, metadata);
    const position = String(revision).padStart(4, '0') as RecordedEvent['position'];
    return { id: eventIdFromHash(hash), type, data, metadata, hash, stream, revision, position, recordedAt: 0 };
  });
}

function kinds(changedCalls: readonly Call[], changedLog: readonly RecordedEvent[]): readonly string[] {
  return [...new Set(checkHistory(changedCalls, changedLog).map(({ kind }) => kind))];
}

function place(type: AccountEvent['type'], id: string): number {
  const found = log.findIndex((event) => event.type === type && event.data.includes(`"${id}"`));
  if (found < 0) throw new RangeError(`${type} of ${id} is in the log`);
  return found;
}

/** The log with other data in one event. */
function withData(at: number, change: Readonly<Record<string, unknown>>): readonly RecordedEvent[] {
  return chained(
    log.map((event, revision) => {
      if (revision !== at) return event;
      return { ...event, data: JSON.stringify({ ...decodeEvent(event.type, event.data).data, ...change }) };
    }),
  );
}

function without(at: number): readonly RecordedEvent[] {
  return chained(log.filter((_, revision) => revision !== at));
}

/** The log with a copy of one event at its end, or at a place. */
function doubled(at: number, to = log.length): readonly RecordedEvent[] {
  return chained(log.toSpliced(to, 0, ...log.slice(at, at + 1)));
}

function moved(from: number, to: number): readonly RecordedEvent[] {
  return chained(log.toSpliced(from, 1).toSpliced(to, 0, ...log.slice(from, from + 1)));
}

type Wanted = (call: Call) => boolean;

function asked(kind: string, id: string, said = 'done'): Wanted {
  return (call) => {
    const ids = Object.values(call.command ?? {}) as readonly unknown[];
    return call.command?.kind === kind && ids.includes(id) && saidIn(call) === said;
  };
}

/** The calls, one of them changed. */
function withCall(wanted: Wanted, change: (call: Call) => Partial<Call>): readonly Call[] {
  const found = calls.findIndex(wanted);
  if (found < 0) throw new RangeError('there is such a call');
  return calls.map((call, index) => (index === found ? { ...call, ...change(call) } : call));
}

const no = (code: string): Partial<Call> => ({ answer: { kind: 'refused', code } as Answer });

/** Instead of what it was told, a call is told no. */
function refusing(wanted: Wanted, code: string): readonly Call[] {
  return withCall(wanted, () => no(code));
}

/** What a call was told, with some of it changed. */
function withChange(wanted: Wanted, change: (done: Done) => Partial<Done>): readonly Call[] {
  return withCall(wanted, ({ answer }) => {
    if (answer?.kind !== 'done') throw new RangeError('there is an answer to change');
    return { answer: { ...answer, ...change(answer) } };
  });
}

/** What the first look showed, with some of it changed. */
function seeing(change: (seen: Seen) => Partial<Seen>): readonly Call[] {
  return withCall(
    ({ seen }) => seen !== undefined,
    ({ seen }) => ({ seen: seen && { ...seen, ...change(seen) } }),
  );
}

describe('the checker finds nothing', () => {
  it('in a history without error', () => {
    expect(checkHistory(calls, log)).toEqual([]);
    const said = new Set(calls.map(saidIn));
    const all = ['done', 'again', 'seen', 'insufficient_available_balance', 'hold_not_found', 'hold_expired'];
    expect([...said].sort()).toEqual(all.sort());
  });

  it('where a call whose answer is unknown has taken effect, or has not', () => {
    const unknown = withCall(asked('withdraw', 'w1'), () => ({ answer: undefined, answeredAt: undefined }));
    const before = unknown.filter(({ seen: shown }) => shown === undefined);
    expect(kinds(unknown, log)).toEqual([]);
    expect(kinds(before, without(place('funds-withdrawn.v1', 'w1')))).toEqual([]);
    const unavailable = withCall(asked('withdraw', 'w1'), () => no('store_unavailable'));
    expect(kinds(unavailable, log)).toEqual([]);
  });
});

describe('the checker finds in the log', () => {
  it.each<readonly [what: string, kind: string, change: () => readonly RecordedEvent[]]>([
    ['a settle that is there twice', 'ended-twice', () => doubled(place('hold-settled.v1', 'h1'))],
    ['a late settle that is there twice', 'late-settle-twice', () => doubled(place('hold-settled-late.v1', 'h2'))],
    ['a deposit that is there twice', 'happened-twice', () => doubled(place('funds-deposited.v1', 'd1'))],
    ['a release of a hold that was settled', 'hold-ended-twice', () => chained(releasedAfter('h1'))],
    [
      'an expiry before its deadline',
      'expired-off-deadline',
      () => withData(place('hold-expired.v1', 'h2'), { at: deadline - 1 }),
    ],
    [
      'an expiry after its deadline',
      'model-differs',
      () => withData(place('hold-expired.v1', 'h2'), { at: deadline + 1 }),
    ],
    [
      'a settle at the deadline',
      'ended-after-deadline',
      () => withData(place('hold-settled.v1', 'h1'), { at: deadline }),
    ],
    [
      'a freeze without money',
      'overdraft',
      () => withData(place('funds-frozen.v1', 'h2'), { amount: '7', maxLateCharge: '7' }),
    ],
    ['money from nowhere', 'model-differs', () => withData(place('hold-settled.v1', 'h1'), { amount: '3' })],
    ['time that runs backwards', 'time-backwards', () => moved(place('funds-withdrawn.v1', 'w1'), 3)],
    ['a gap', 'revision-gap', () => log.filter(({ revision }) => revision !== 2)],
    ['an event that was changed', 'chain-broken', () => log.map(raised)],
    ['two events with one id', 'id-used-twice', () => log.map((event) => ({ ...event, id: log[0]?.id ?? '' }))],
    ['an event that nobody asked for', 'asked-by-nobody', () => chained([...log, forgery()])],
  ])('%s', (_, kind, change) => {
    expect(kinds(calls, change())).toContain(kind);
  });

  function releasedAfter(holdId: string): readonly RecordedEvent[] {
    const release = log[place('hold-released.v1', 'h4')];
    if (release === undefined) throw new RangeError('there is a release');
    const data = release.data.replace('"h4"', `"${holdId}"`).replace('"amount":"1"', '"amount":"4"');
    return log.toSpliced(release.revision, 0, { ...release, data });
  }

  function raised(event: RecordedEvent): RecordedEvent {
    return { ...event, data: event.data.replace('"amount":"10"', '"amount":"1000"') };
  }

  function forgery(): RecordedEvent {
    const last = log[place('funds-deposited.v1', 'd2')];
    if (last === undefined) throw new RangeError('there is a deposit');
    return { ...last, data: last.data.replace('"d2"', '"d3"') };
  }
});

type Planted = readonly [
  what: string,
  kind: string,
  changedCalls: () => readonly Call[],
  changedLog?: () => readonly RecordedEvent[],
];

const again = asked('settle', 'h1', 'again');
const refusal = 'insufficient_available_balance';

const refusals: readonly Planted[] = [
  ['a 404 for a hold that had been opened', 'unjust-refusal', () => refusing(again, 'hold_not_found')],
  [
    'a 402 although the money had been deposited',
    'unjust-refusal',
    () => refusing(asked('withdraw', 'w1'), refusal),
    () => without(place('funds-withdrawn.v1', 'w1')),
  ],
  [
    'a 402 with figures of another moment',
    'unjust-refusal',
    () =>
      withCall(asked('freeze', 'h3', refusal), ({ answer }) => {
        if (answer?.kind !== 'refused') return {};
        return { answer: { ...answer, facts: { ...answer.facts, available: '2' } } };
      }),
  ],
  ['an expiry that is told before the deadline', 'unjust-refusal', () => refusing(again, 'hold_expired')],
  [
    'a refusal for no reason',
    'unjust-refusal',
    () => refusing(asked('deposit', 'd2'), 'account_closed'),
    () => without(place('funds-deposited.v1', 'd2')),
  ],
  [
    'a freeze that was refused and is there',
    'refused-but-in-log',
    () => refusing(asked('freeze', 'h4'), 'account_busy'),
  ],
  ['an account out of service', 'never-said', () => refusing(again, 'account_quarantined')],
];

const readings: readonly Planted[] = [
  ['a reading that is older than an answer before it', 'unjust-reading', () => seeing(() => ({ revision: 1 }))],
  [
    'a reading with another balance',
    'unjust-reading',
    () => seeing(({ shown }) => ({ shown: shown.replace('"10"', '"11"') })),
  ],
  ['a reading at a time that was not', 'unjust-reading', () => seeing(({ now }) => ({ now: now + 5 }))],
  [
    'a reading of what was not stored yet',
    'unjust-reading',
    () =>
      withCall(
        ({ seen }) => seen !== undefined,
        ({ headThen }) => ({ headThen: headThen - 1 }),
      ),
  ],
];

const results: readonly Planted[] = [
  [
    'a deposit that was answered and is lost',
    'answer-not-in-log',
    () => calls,
    () => without(place('funds-deposited.v1', 'd2')),
  ],
  [
    'two calls in another order than they were answered and sent',
    'out-of-order',
    () => calls,
    () => moved(place('funds-frozen.v1', 'h2'), place('funds-frozen.v1', 'h1')),
  ],
  [
    'an answer before its event was stored',
    'undurable-answer',
    () => withCall(asked('deposit', 'd1'), () => ({ headThen: 0 })),
  ],
  [
    'two results for one id',
    'two-results',
    () => withChange(again, ({ body }) => ({ body: body.replace('"amount":"4"', '"amount":"3"') })),
  ],
  ['one id that was carried out twice', 'done-twice', () => withChange(again, () => ({ replayed: false }))],
  [
    'an answer that says other than its event',
    'unjust-answer',
    () => withChange(asked('deposit', 'd2'), ({ body }) => ({ body: body.replace('"5"', '"6"') })),
  ],
  [
    'an ended hold that is said to be open',
    'unjust-answer',
    () => withChange(asked('freeze', 'h1', 'again'), () => ({ holdNow: 'open' })),
  ],
  [
    'an event of other content than was asked for',
    'unjust-answer',
    () => withCall(asked('deposit', 'd2'), () => ({ command: deposit('d2', '6') })),
  ],
  [
    'something due that was left',
    'unjust-answer',
    () =>
      withCall(
        ({ command }) => command?.kind === 'expire-due',
        ({ headThen }) => ({ headThen }),
      ),
    () => chained(log.filter(({ type }) => type !== 'hold-expired.v1' && type !== 'hold-settled-late.v1')),
  ],
];

describe('the checker finds in the answers', () => {
  it.each([...refusals, ...readings, ...results])('%s', (_, kind, changedCalls, changedLog = () => log) => {
    expect(kinds(changedCalls(), changedLog())).toContain(kind);
  });
});
