import { describe, expect, it } from '@jest/globals';
import type { RecordedEvent } from '#application/ports';
import {
  type AccountEvent,
  type AccountState,
  accountStream,
  type Balance,
  formatMoney,
  type HoldFacts,
  holdStatus,
  type Money,
  readStatus,
  requestKey,
} from '#domain';
import fc from '../../../../test/support/fast-check.ts';
import { accountIds, history } from '../../testing/histories.ts';
import { listEvents, stateAt } from '../../testing/log.ts';
import { type Bench, bench, contents } from '../../testing/tables.ts';

describe('the read models and the fold', () => {
  it('agree after every event of every history, at that moment and later', () => {
    fc.assert(
      fc.property(history, fc.constantFrom(0, 1_000, 1_800_000), ({ events }, laterMs) => {
        const readModels = bench();
        for (const [index, event] of events.entries()) {
          readModels.projector.apply({ events: [event], position: event.position });
          const seen = events.slice(0, index + 1);
          const now = readModels.projector.checkpoint.newestEventAt + laterMs;
          expectAgreement(readModels, seen, now);
        }
        readModels.database.close();
      }),
      { numRuns: 12 },
    );
  });

  it('have the last event of every stream, whatever it is a stream of, also where an account is out of service', () => {
    fc.assert(
      fc.property(history, fc.nat({ max: 50 }), ({ events }, pageMax) => {
        const readModels = bench();
        for (let from = 0; from < events.length; from += pageMax + 1) {
          const page = events.slice(from, from + pageMax + 1);
          readModels.projector.apply({ events: page, position: (page.at(-1) as RecordedEvent).position });
        }
        const last = new Map(events.map((event) => [event.stream, event]));
        const heads = readModels.database.prepare('SELECT * FROM heads').all();
        expect(heads.length).toBe(last.size);
        for (const { stream, revision, position, hash } of heads) {
          expect(last.get(String(stream))).toMatchObject({ revision, position, hash });
        }
        readModels.database.close();
      }),
      { numRuns: 25 },
    );
  });

  it('make the same file, event by event or from nothing in one go', () => {
    fc.assert(
      fc.property(history, ({ events }) => {
        const growing = bench();
        for (const [index, event] of events.entries()) {
          growing.projector.apply({ events: [event], position: event.position });
          if (index % 5 !== 0 && index !== events.length - 1) continue;
          const rebuilt = bench();
          rebuilt.projector.apply({ events: events.slice(0, index + 1), position: event.position });
          expect(contents(growing.database)).toBe(contents(rebuilt.database));
          rebuilt.database.close();
        }
        growing.database.close();
      }),
      { numRuns: 25 },
    );
  });
});

function expectAgreement({ lists, idIndex }: Bench, events: readonly RecordedEvent[], now: number): void {
  const opened = accountIds.filter((accountId) => events.some(({ stream }) => stream === accountStream(accountId)));
  const rows = lists.accounts(null, 100, [], now);
  expect(rows.map((row) => row.opened.accountId)).toEqual(opened);
  let oldestDue: number | undefined;
  const due: string[] = [];
  for (const [index, accountId] of opened.entries()) {
    const state = stateAt(events, accountId, now);
    expect(rows[index]).toEqual(toRow(state, listEvents(events, accountId).length - 1));
    const raised = listEvents(events, accountId).flatMap((event, revision) =>
      event.type === 'warning-raised.v1' ? [{ revision, raised: event.data }] : [],
    );
    expect(lists.warnings(accountId, 0, 100)).toEqual(raised);
    const scenarios = foldHolds(listEvents(events, accountId));
    for (const facts of scenarios.values()) expect(idIndex.hold(accountId, facts.opening.holdId)).toEqual(facts);
    expect(idIndex.hold(accountId, 'never')).toBeUndefined();
    for (const [key, event] of makeRequests(listEvents(events, accountId))) {
      expect(idIndex.request(accountId, key)).toEqual(event);
    }
    const current = [...scenarios.values()].map((facts) => sweptAt(facts, now));
    for (const status of [null, 'open', 'settled', 'released', 'expired'] as const) {
      const expected = current.filter((facts) => status === null || holdStatus(facts) === status);
      expect(lists.holds({ accountId, status, after: null, limit: 100, now })).toEqual(expected);
    }
    const deadlines = [...scenarios.values()]
      .filter(({ ending, opening }) => ending === undefined && opening.expiresAt <= now)
      .map(({ opening }) => opening.expiresAt);
    if (deadlines.length > 0) {
      due.push(accountId);
      oldestDue = Math.min(oldestDue ?? Number.POSITIVE_INFINITY, ...deadlines);
    }
  }
  expect(
    lists
      .dueAccounts(now, 10)
      .map(({ accountId }) => accountId)
      .sort(),
  ).toEqual(due.sort());
  expect(lists.oldestDue(now)).toBe(oldestDue);
}

/** `revision` is that of the last stored event: what the sweep would write is not written. */
function toRow(state: AccountState, revision: number): object {
  const { balance, suspendedFor } = state.summary;
  return {
    opened: state.opened,
    terms: state.summary.terms?.agreed,
    status: readStatus(state.summary),
    suspendedFor,
    balance: balanceTexts(balance),
    openHolds: state.openHolds.size,
    revision,
    error: null,
  };
}

function balanceTexts(balance: Balance): Record<string, string> {
  return Object.fromEntries(
    Object.entries(balance).map(([part, amount]: [string, Money]) => [part, formatMoney(amount)]),
  );
}

/** The holds of an account in opening order, put together the plain way. */
function foldHolds(events: readonly AccountEvent[]): ReadonlyMap<string, HoldFacts> {
  const scenarios = new Map<string, HoldFacts>();
  const change = (holdId: string, more: Partial<HoldFacts>): void => {
    scenarios.set(holdId, { ...(scenarios.get(holdId) as HoldFacts), ...more });
  };
  for (const event of events) {
    if (event.type === 'funds-frozen.v1') change(event.data.holdId, { opening: event.data });
    if (event.type === 'hold-settled.v1' || event.type === 'hold-released.v1' || event.type === 'hold-expired.v1') {
      change(event.data.holdId, { ending: event });
    }
    if (event.type === 'hold-settled-late.v1') change(event.data.holdId, { late: event });
    if (event.type === 'charge-uncollected.v1') change(event.data.holdId, { uncollected: event });
    if (event.type === 'charge-refunded.v1') change(event.data.holdId, { refunded: event.data.refunded });
  }
  return scenarios;
}

function sweptAt(facts: HoldFacts, now: number): HoldFacts {
  const { holdId, amount, expiresAt } = facts.opening;
  if (facts.ending !== undefined || expiresAt > now) return facts;
  return { ...facts, ending: { type: 'hold-expired.v1', data: { at: expiresAt, holdId, amount, forfeited: null } } };
}

function* makeRequests(events: readonly AccountEvent[]): Generator<readonly [string, AccountEvent]> {
  for (const event of events) {
    if (event.type === 'funds-deposited.v1') yield [requestKey('deposit', event.data.depositId), event];
    if (event.type === 'funds-withdrawn.v1') yield [requestKey('withdrawal', event.data.withdrawalId), event];
    if (event.type === 'charge-refunded.v1') yield [requestKey('refund', event.data.refundId), event];
    if (event.type === 'deposit-reversed.v1') yield [requestKey('reversal', event.data.reversalId), event];
    if (event.type === 'balance-adjusted.v1') yield [requestKey('adjustment', event.data.adjustmentId), event];
    if (event.type === 'call-failed.v1') {
      yield [requestKey('attempt', `${event.data.holdId}/${event.data.attemptId}`), event];
    }
    if (event.type === 'account-suspended.v1' || event.type === 'account-resumed.v1') {
      yield [requestKey('change', event.data.changeId), event];
    }
  }
}
