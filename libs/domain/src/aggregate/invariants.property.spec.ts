import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import {
  type AccountEvent,
  type AccountState,
  decodeEvent,
  fold,
  foldOnto,
  type HoldPricing,
  initialState,
  postings,
  type PriceLine,
  priceTable,
  restoreState,
  TrialBalance,
  writeSnapshot,
} from '#domain';
import { testBooks } from '../../../../test/support/account-driver.ts';
import { type Scenario, scenarios } from '../../../../test/support/account-scenarios.ts';
import fc from '../../../../test/support/fast-check.ts';
import { units } from '../../../../test/support/naive-prices.ts';
import { SideBySide } from '../../../../test/support/side-by-side.ts';

const golden = JSON.parse(readFileSync(new URL('./golden-events.json', import.meta.url), 'utf8')) as {
  readonly events: readonly { readonly type: string; readonly text: string }[];
};
const goldenFields = new Map(golden.events.map(({ type, text }) => [type, Object.keys(JSON.parse(text) as object)]));

const runs = { numRuns: 300 };

function told(scenario: Scenario, how: 'once' | 'twice' | 'rehearsed' = 'once'): SideBySide {
  const both = new SideBySide(scenario);
  both.twice = how === 'twice';
  both.rehearse = how === 'rehearsed';
  for (const step of scenario.steps) both.take(step);
  return both;
}

/** The history of a scenario, and its state after each of its events. */
function* prefixes(events: readonly AccountEvent[]): Generator<{ event: AccountEvent; state: AccountState }> {
  const state = initialState();
  for (const event of events) {
    foldOnto(state, [event]);
    yield { event, state };
  }
}

describe('for every scenario of an account, after each of its events', () => {
  it('available + frozen + settled + packs + withdrawn = deposited + credited, and nothing of it is below zero', () => {
    fc.assert(
      fc.property(scenarios, (scenario) => {
        const { events } = told(scenario).account;
        // What a bank took back may have been withdrawn before.
        const reversed = events.some(({ type }) => type === 'deposit-reversed.v1');
        for (const { state } of prefixes(events)) {
          const { available, frozen, settled, packs, withdrawn, deposited, credited } = state.summary.balance;
          expect(available + frozen + settled + packs + withdrawn).toBe(deposited + credited);
          expect([frozen, settled, packs, withdrawn].every((part) => part >= 0n)).toBe(true);
          expect(reversed || withdrawn <= deposited).toBe(true);
        }
      }),
      runs,
    );
  });

  it('every entry of the journal balances, the trial balance is zero, and the journal agrees with the balance', () => {
    fc.assert(
      fc.property(scenarios, (scenario) => {
        const journal = new TrialBalance();
        for (const { event, state } of prefixes(told(scenario).account.events)) {
          const entry = postings(event);
          expect(entry.reduce((total, { amount }) => total + amount, 0n)).toBe(0n);
          journal.post(entry);
          expect(journal.difference()).toBe(0n);
          const { available, frozen, settled, withdrawn, deposited, credited } = state.summary.balance;
          expect(journal.of('customer:available')).toBe(available);
          expect(journal.of('customer:frozen')).toBe(frozen);
          expect(journal.of('platform:revenue')).toBe(settled);
          expect(journal.of('platform:cash')).toBe(withdrawn - deposited);
          expect(journal.of('platform:adjustments')).toBe(0n - credited);
        }
      }),
      runs,
    );
  });

  it('neither a freeze nor a late settle brings available below the credit limit, nor a withdrawal below zero', () => {
    fc.assert(
      fc.property(scenarios, (scenario) => {
        let floor = -units(scenario.creditLimit);
        for (const { event, state } of prefixes(told(scenario).account.events)) {
          if (event.type === 'terms-changed.v1') floor = -units(event.data.terms.creditLimit);
          const { available } = state.summary.balance;
          if (event.type === 'funds-withdrawn.v1') expect(available >= 0n).toBe(true);
          const moves =
            event.type === 'funds-frozen.v1' || (event.type === 'hold-settled-late.v1' && event.data.amount !== '0');
          if (moves) expect(available >= floor).toBe(true);
        }
      }),
      runs,
    );
  });

  it('time never runs backwards', () => {
    fc.assert(
      fc.property(scenarios, (scenario) => {
        let last = 0;
        for (const { data } of told(scenario).account.events) {
          expect(data.at >= last).toBe(true);
          last = data.at;
        }
      }),
      runs,
    );
  });

  it('fold of the events = state that decided them = snapshot, and a snapshot and the rest = the whole', () => {
    fc.assert(
      fc.property(scenarios, fc.nat(), (scenario, cut) => {
        const { state, events } = told(scenario).account;
        const end = writeSnapshot(state);
        expect(writeSnapshot(fold(events))).toBe(end);
        const at = 1 + (cut % events.length);
        const restored = restoreState(writeSnapshot(fold(events.slice(0, at))));
        if (restored === undefined) throw new RangeError('a snapshot is of this version of the fold');
        expect(writeSnapshot(restored)).toBe(writeSnapshot(fold(events.slice(0, at))));
        expect(writeSnapshot(foldOnto(restored, events.slice(at)))).toBe(end);
      }),
      runs,
    );
  });

  it('the stored text of an event has the golden order of fields, and is read back and written again as the same', () => {
    fc.assert(
      fc.property(scenarios, (scenario) => {
        for (const event of told(scenario).account.events) {
          const text = JSON.stringify(event.data);
          const read = decodeEvent(event.type, text);
          expect(read).toEqual(event);
          expect(Object.keys(event.data)).toEqual(goldenFields.get(event.type));
          expect(JSON.stringify(read.data)).toBe(text);
        }
      }),
      runs,
    );
  });
});

describe('for every scenario of an account', () => {
  it('applying each command twice gives one set of events', () => {
    fc.assert(
      fc.property(scenarios, (scenario) => {
        expect(told(scenario, 'twice').account.events).toEqual(told(scenario).account.events);
      }),
      runs,
    );
  });

  it('what was decided and taken back leaves the state as it was, and changes nothing of what comes after', () => {
    fc.assert(
      fc.property(scenarios, (scenario) => {
        const rehearsed = told(scenario, 'rehearsed').account;
        const plain = told(scenario).account;
        expect(rehearsed.events).toEqual(plain.events);
        expect(writeSnapshot(rehearsed.state)).toBe(writeSnapshot(plain.state));
      }),
      runs,
    );
  });

  it('a hold ends once; after that it moves money at most once more, by a late settle; it never costs more than frozen', () => {
    fc.assert(
      fc.property(scenarios, (scenario) => {
        const { events } = told(scenario).account;
        for (const opening of events) {
          if (opening.type !== 'funds-frozen.v1') continue;
          const { holdId, amount, maxLateCharge } = opening.data;
          const own = events.filter(({ data }) => 'holdId' in data && data.holdId === holdId).map((event) => event);
          const endings = own.filter(({ type }) => /^hold-(settled|released|expired)\.v1$/.test(type));
          const late = own.filter(({ type }) => type === 'hold-settled-late.v1');
          expect(endings.length <= 1).toBe(true);
          expect(late.length <= 1).toBe(true);
          expect(own.filter(({ type }) => type === 'charge-uncollected.v1').length <= 1).toBe(true);
          if (late[0] !== undefined) expect(endings[0]?.type).toMatch(/released|expired/);
          for (const event of own) {
            if (event.type === 'hold-settled.v1') expect(units(event.data.amount) <= units(amount)).toBe(true);
            if (event.type === 'hold-settled-late.v1')
              expect(units(event.data.amount) <= units(maxLateCharge)).toBe(true);
            if (event.type === 'hold-settled.v1') expect(event.data.at < opening.data.expiresAt).toBe(true);
            if (event.type === 'hold-expired.v1') expect(event.data.at).toBe(opening.data.expiresAt);
          }
        }
      }),
      runs,
    );
  });

  it('the tier positions of a year and counter are 1 to n, each once, each at the price of its own hold’s table', () => {
    fc.assert(
      fc.property(scenarios, (scenario) => {
        const { events } = told(scenario).account;
        const next = new Map<string, number>();
        for (const { pricing, lines } of chargesIn(events)) {
          const counter = `${pricing.year} ${pricing.counter}`;
          for (const { from, units: count, price } of lines) {
            expect(from).toBe(next.get(counter) ?? 1);
            next.set(counter, from + count);
            expect(price).toBe(priceAt(pricing.table, from));
            expect(price).toBe(priceAt(pricing.table, from + count - 1));
          }
        }
      }),
      runs,
    );
  });
});

/** Charged lines in the order in which they were charged. */
function* chargesIn(events: readonly AccountEvent[]): Generator<{ pricing: HoldPricing; lines: readonly PriceLine[] }> {
  const pricings = new Map<string, HoldPricing | null>();
  for (const event of events) {
    if (event.type === 'funds-frozen.v1') pricings.set(event.data.holdId, event.data.pricing);
    if (event.type !== 'hold-settled.v1' && event.type !== 'hold-settled-late.v1') continue;
    const pricing = pricings.get(event.data.holdId) ?? null;
    if (pricing !== null && event.data.lines !== null) yield { pricing, lines: event.data.lines };
  }
}

const agreedSteps = [
  [{ upTo: null, price: '0.5' }],
  [{ upTo: null, price: '3' }],
  [
    { upTo: 2, price: '0' },
    { upTo: null, price: '4' },
  ],
];

const publishedSteps = testBooks.flatMap((book) =>
  Object.values(book.products).flatMap(({ steps }) => (steps === null ? [] : [steps])),
);

function priceAt(tableHash: string, position: number): string | undefined {
  const steps = [...publishedSteps, ...agreedSteps].find((one) => priceTable(one).hash === tableHash);
  return steps?.find(({ upTo }) => upTo === null || position <= upTo)?.price;
}
