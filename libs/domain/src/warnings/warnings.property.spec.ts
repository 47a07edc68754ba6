import { describe, expect, it } from '@jest/globals';
import { AccountAudit, type AccountEvent, type Command, fold, parseMoney, writeSnapshot } from '#domain';
import { type AccountDriver, opened } from '../../../../test/support/account-driver.ts';
import { adjust, change, deposit, freeze, release, settle, withdraw } from '../../../../test/support/commands.ts';
import fc from '../../../../test/support/fast-check.ts';

/*
 * Random histories of a watched account. When it is to be warned is computed here again, from the texts of the events, in
 * scaled whole numbers.
 */

const scale = 100_000_000n;

function scaled(text: string): bigint {
  const [whole = '', decimals = ''] = text.replace('-', '').split('.');
  const size = BigInt(whole) * scale + BigInt(decimals.padEnd(8, '0'));
  return text.startsWith('-') ? -size : size;
}

const amount = fc.integer({ min: 1, max: 12 }).map(String);
const id = fc.integer({ min: 0, max: 5 }).map((number) => `h${String(number)}`);
const step: fc.Arbitrary<(number: string) => Command> = fc.oneof(
  amount.map((text) => (number: string) => deposit(number, text)),
  amount.map((text) => (number: string) => withdraw(number, text)),
  amount.map((text) => (number: string) => adjust(number, `-${text}`)),
  fc.tuple(id, amount).map(
    ([holdId, text]) =>
      () =>
        freeze(holdId, text, 60),
  ),
  id.map((holdId) => () => settle(holdId, null)),
  id.map((holdId) => () => release(holdId)),
  fc.constantFrom('suspend' as const, 'resume' as const).map((kind) => (number: string) => change(kind, number)),
  fc.option(fc.integer({ min: -5, max: 15 }).map(String)).map((availableBelow) => (number: string): Command => {
    return { kind: 'change-terms', changeId: number, reason: 'because', asked: { warnings: { availableBelow } } };
  }),
);

/** The kinds of warnings that each event must have behind it; told by a model of its own. */
class Model {
  available = 0n;
  frozen = 0n;
  below: bigint | null = null;
  suspended = false;
  readonly told = new Set<string>();
  readonly #holds = new Map<string, bigint>();
  readonly #credit: bigint;

  constructor(credit: bigint) {
    this.#credit = credit;
  }

  after({ type, data }: AccountEvent): string[] {
    if (type === 'funds-deposited.v1') this.available += scaled(data.amount);
    if (type === 'funds-withdrawn.v1') this.available -= scaled(data.amount);
    if (type === 'balance-adjusted.v1') this.available += scaled(data.amount);
    if (type === 'account-suspended.v1' || type === 'account-resumed.v1') this.suspended = data.suspendedFor.length > 0;
    if (type === 'terms-changed.v1') {
      const { availableBelow } = data.terms.warnings;
      this.below = availableBelow === null ? null : scaled(availableBelow);
    }
    if (type === 'funds-frozen.v1') this.#freeze(data.holdId, scaled(data.amount));
    if (type === 'hold-settled.v1') this.#end(data.holdId, scaled(data.returned));
    if (type === 'hold-released.v1' || type === 'hold-expired.v1') this.#end(data.holdId, scaled(data.amount));
    const charged = type === 'charge-uncollected.v1' && this.below !== null ? ['charge-uncollected'] : [];
    return [...this.#news(), ...charged];
  }

  #freeze(holdId: string, frozen: bigint): void {
    this.#holds.set(holdId, frozen);
    this.frozen += frozen;
    this.available -= frozen;
  }

  #end(holdId: string, returned: bigint): void {
    this.frozen -= this.#holds.get(holdId) ?? 0n;
    this.available += returned;
  }

  #news(): string[] {
    const { below } = this;
    const now: [string, boolean][] = [
      ['available-low', below !== null && this.available < below],
      ['everything-frozen', below !== null && this.frozen > 0n && this.available <= -this.#credit],
      ['suspended', below !== null && this.suspended],
    ];
    const news = now.flatMap(([kind, isSo]) => (isSo && !this.told.has(kind) ? [kind] : []));
    this.told.clear();
    for (const [kind, isSo] of now) if (isSo) this.told.add(kind);
    return news;
  }
}

function play(
  steps: readonly ((number: string) => Command)[],
  pauses: readonly number[],
  credit: string,
): AccountDriver {
  const account = opened('10', { creditLimit: parseMoney(credit) });
  steps.forEach((one, index) => {
    account.now += (pauses[index % pauses.length] ?? 0) * 1_000;
    account.send(one(`n${String(index)}`));
  });
  return account;
}

describe('the warnings of any history', () => {
  const pauses = fc.array(fc.integer({ min: 0, max: 90 }), { minLength: 1, maxLength: 10 });
  const histories = [fc.array(step, { maxLength: 60 }), pauses, fc.constantFrom('0', '3')] as const;

  it('are those that the figures ask for, each right behind what caused it, and no other', () => {
    fc.assert(
      fc.property(...histories, (steps, between, credit) => {
        const { events } = play(steps, between, credit);
        const model = new Model(scaled(credit));
        let expected: string[] = [];
        for (const event of events) {
          if (event.type === 'warning-raised.v1') {
            expect(event.data.warning).toBe(expected.shift());
            continue;
          }
          expect(expected).toEqual([]);
          expected = model.after(event);
        }
        expect(expected).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it('pass the audit, and are the same when the events are folded again', () => {
    fc.assert(
      fc.property(...histories, (steps, between, credit) => {
        const account = play(steps, between, credit);
        const audit = new AccountAudit('acme', { use: () => true, has: () => true }, account.books);
        const violations = account.events.flatMap((event, revision) => [...audit.follow(event, revision, '')]);
        expect([...violations, ...audit.finish()].filter(({ kind }) => kind.startsWith('warning'))).toEqual([]);
        expect(writeSnapshot(fold(account.events))).toBe(writeSnapshot(account.state));
      }),
      { numRuns: 200 },
    );
  });
});
