import { describe, expect, it } from '@jest/globals';
import { type Command, decodeEvent, restoreState, validateCommand, writeSnapshot } from '#domain';
import { evidence, money, opened, start } from '../../../../test/support/account-driver.ts';
import fc from '../../../../test/support/fast-check.ts';

/*
 * Commands as a caller might make them that was never compiled with the domain model: any value in any field.
 */

const anything = fc.oneof(
  fc.constantFrom<unknown>(null, undefined, '', '.', ' ', '0', '-1', 'not-billable', '__proto__', '\ud800', '\u0000'),
  fc.constantFrom<unknown>(0, -1, 1, 2, 0.5, Number.NaN, Number.POSITIVE_INFINITY, Number.MAX_SAFE_INTEGER, 2 ** 60),
  fc.constantFrom<unknown>(0n, -1n, 1n, 10n ** 8n, 10n ** 26n - 1n, 10n ** 40n, -(10n ** 40n)),
  fc.constantFrom<unknown>({}, [], ['a'], { a: 1 }, { a: { toString: 1 } }, { toJSON: () => 'gone' }, new Date(0)),
  fc.constantFrom<unknown>(true, 'x'.repeat(64), 'x'.repeat(501), Symbol('s'), () => 1),
);

function field(...fitting: unknown[]): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...fitting, null) }, { weight: 1, arbitrary: anything });
}

const amount = field(money('1'), money('0.5'));
const reason = field('one reason');
const metadata = field({ a: '1' }, JSON.parse('{"__proto__":"p"}'));
const id = field('h1', 'h2', 'other');

const hostile = fc.oneof(
  fc.record({
    kind: fc.constant('open-account'),
    accountId: fc.constant('acme'),
    currency: field('CNY'),
    timeZone: field('Asia/Shanghai'),
    agreementStart: field('2026-01-01'),
    priceBook: field('dcloud-2023'),
    creditLimit: amount,
    limits: fc.oneof(fc.record({ openHolds: field(5), frozen: amount, dailySpend: amount }), anything),
    metadata,
  }),
  fc.record({ kind: fc.constant('deposit'), depositId: id, amount, reference: field('payment 7') }),
  fc.record({ kind: fc.constant('withdraw'), withdrawalId: id, amount, reference: field('payment 7') }),
  fc.record({ kind: fc.constant('adjust'), adjustmentId: id, amount, reason }),
  fc.record({
    kind: fc.constant('freeze'),
    holdId: id,
    product: field('face-verify'),
    quantity: field(1, 3),
    amount,
    ttlSeconds: field(1_800, 2_592_000),
    budget: field(),
    metadata,
  }),
  fc.record({
    kind: fc.constant('settle'),
    holdId: id,
    outcome: field('match', 'mismatch'),
    amount,
    quantity: field(1),
    completedAt: field(start),
    evidence: field(evidence),
  }),
  fc.record({ kind: fc.constant('fail'), holdId: id, attemptId: id, reason }),
  fc.record({ kind: fc.constant('release'), holdId: id, reason }),
  fc.record({ kind: fc.constantFrom('suspend', 'resume', 'close'), changeId: id, reason }),
) as fc.Arbitrary<unknown> as fc.Arbitrary<Command>;

describe('whatever a command carries', () => {
  it('it is answered, and what is stored of it can be read back', () => {
    fc.assert(
      fc.property(fc.array(hostile, { minLength: 1, maxLength: 12 }), (commands) => {
        const account = opened();
        account.freeze('h1', { amount: '1' });
        for (const command of commands) {
          const decision = account.send(command);
          expect(validateCommand(command) === undefined || decision.kind === 'refused').toBe(true);
        }
        for (const event of account.events) {
          const text = JSON.stringify(event.data);
          expect(JSON.stringify(decodeEvent(event.type, text).data)).toBe(text);
        }
        expect(restoreState(writeSnapshot(account.state))).toBeDefined();
      }),
      { numRuns: 2_000 },
    );
  });

  it('is let in often enough for that to mean something', () => {
    const kinds = fc
      .sample(hostile, { numRuns: 2_000, seed: 7 })
      .filter((command) => validateCommand(command) === undefined);
    expect(new Set(kinds.map(({ kind }) => kind)).size).toBe(11);
  });
});
