import { describe, expect, it } from '@jest/globals';
import {
  AccountAudit,
  type AccountEvent,
  accountEventTypes,
  type AccountState,
  computeLiability,
  computeOwed,
  correctedBy,
  CorrectionsAudit,
  evolve,
  fold,
  foldOnto,
  initialState,
  type Money,
  plus,
  postings,
  PriceBookCatalog,
  restoreState,
  TrialBalance,
  writeSnapshot,
  zero,
} from '#domain';
import { testBooks } from '../../../../test/support/account-driver.ts';
import { EverythingRunner } from '../../../../test/support/everything-runner.ts';
import { everything } from '../../../../test/support/everything-steps.ts';
import fc from '../../../../test/support/fast-check.ts';
import { NaiveRecognition } from '../../../../test/support/naive-recognition.ts';

const runs = { numRuns: 300 };

/** What audits of their own find in a history; the kinds of what each event breaks. */
function findings(events: readonly AccountEvent[]): string[] {
  const used = new Set<string>();
  const ids = { use: (key: string) => used.size < used.add(key).size, has: (key: string) => used.has(key) };
  const audit = new AccountAudit('acme', ids, new PriceBookCatalog(testBooks));
  const corrected = new Set(events.flatMap((event) => correctedBy(event) ?? []));
  const corrections = new CorrectionsAudit(corrected);
  const found = events.flatMap((event, revision) => [...audit.follow(event, revision), ...corrections.follow(event)]);
  return [...found, ...audit.finish()].map(({ kind, detail }) => `${kind}: ${detail}`);
}

/** Each event of a history, the state after it, and the event that comes next. */
function* prefixes(
  events: readonly AccountEvent[],
): Generator<[event: AccountEvent, state: AccountState, next: AccountEvent | undefined]> {
  const state = initialState();
  for (const [revision, event] of events.entries()) {
    evolve(state, event);
    state.undo.commit();
    yield [event, state, events[revision + 1]];
  }
}

describe('for every scenario of an account in which everything comes together', () => {
  it('an audit finds nothing', () => {
    fc.assert(
      fc.property(everything, (scenario) => {
        expect(findings(new EverythingRunner(scenario).account.events)).toEqual([]);
      }),
      { numRuns: 800 },
    );
  });

  it('there is no kind of event that never happens', () => {
    // Of a seed of its own: some kinds are rare, and no run may fail by chance.
    const happened = new Set<string>();
    for (const scenario of fc.sample(everything, { numRuns: 1_000, seed: 1 })) {
      for (const { type } of new EverythingRunner(scenario).account.events) happened.add(type);
    }
    expect([...happened].sort()).toEqual([...accountEventTypes].sort());
  });

  it('after each event the balance and the journal agree, and who has paid is not suspended', () => {
    fc.assert(
      fc.property(everything, (scenario) => {
        const journal = new TrialBalance();
        const recognition = new NaiveRecognition();
        const { events } = new EverythingRunner(scenario).account;
        for (const [event, state, next] of prefixes(events)) {
          const entry = postings(event);
          expect(entry.reduce((sum, { amount }) => sum + amount, 0n)).toBe(0n);
          journal.post(entry);
          const { balance, suspendedFor, arrears, closed } = state.summary;
          const { available, frozen, settled, packs, withdrawn, deposited, credited } = balance;
          expect(available + frozen + settled + packs + withdrawn).toBe(deposited + credited);
          expect(journal.of('customer:available')).toBe(available);
          expect(journal.of('customer:frozen')).toBe(frozen);
          expect(journal.of('platform:cash')).toBe(withdrawn - deposited);
          expect(journal.of('platform:adjustments')).toBe(0n - credited);
          recognition.follow(event);
          expect(journal.of('platform:pack-liability')).toBe(recognition.owed);
          expect(journal.of('platform:breakage')).toBe(recognition.breakage);
          expect(journal.of('platform:revenue')).toBe(recognition.revenue + recognition.charged);
          expect(recognition.charged).toBe(settled);
          expect(recognition.revenue + recognition.breakage + recognition.owed).toBe(packs);
          const owedInUnits = state.packs.all().reduce<Money>((sum, pack) => plus(sum, computeLiability(pack)), zero);
          expect(owedInUnits).toBe(recognition.owed);
          // A deposit by an order is the second event of its append.
          const paid = arrears !== null && computeOwed(state) === 0n;
          if (paid) expect(next?.type).toBe('arrears-cleared.v1');
          expect(!suspendedFor.includes('arrears') || arrears !== null || closed).toBe(true);
        }
      }),
      runs,
    );
  });

  it('fold of the events = state that decided them, and a snapshot of any moment and the rest = the whole', () => {
    fc.assert(
      fc.property(everything, fc.nat(), (scenario, cut) => {
        const { state, events } = new EverythingRunner(scenario).account;
        const end = writeSnapshot(state);
        expect(writeSnapshot(fold(events))).toBe(end);
        const at = 1 + (cut % events.length);
        const early = writeSnapshot(fold(events.slice(0, at)));
        const restored = restoreState(early);
        if (restored === undefined) throw new RangeError('a snapshot is of this version of the fold');
        expect(writeSnapshot(restored)).toBe(early);
        expect(writeSnapshot(foldOnto(restored, events.slice(at)))).toBe(end);
      }),
      runs,
    );
  });

  it('what was decided and taken back leaves no trace, and changes nothing of what comes after', () => {
    fc.assert(
      fc.property(everything, (scenario) => {
        const rehearsed = new EverythingRunner(scenario, 'rehearsed').account;
        const plain = new EverythingRunner(scenario).account;
        expect(rehearsed.events).toEqual(plain.events);
        expect(writeSnapshot(rehearsed.state)).toBe(writeSnapshot(plain.state));
      }),
      { numRuns: 150 },
    );
  });
});
