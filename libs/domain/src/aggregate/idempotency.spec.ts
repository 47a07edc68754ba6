import { describe, expect, it } from '@jest/globals';
import { type Decision, writeSnapshot } from '#domain';
import { type AccountDriver, evidence, opened, said, start } from '../../../../test/support/account-driver.ts';

/*
 * Same id, same content: the first answer again. Same id, other content: a conflict that names the first differing
 * field. For ever: with everything remembered, when only the id index still knows, and after a restart.
 */

const day = 86_400_000;

type Send = (account: AccountDriver) => Decision;

const memories: [name: string, age: (account: AccountDriver) => void][] = [
  ['remembered', () => undefined],
  [
    'known to the id index only',
    (account) => {
      account.forget();
    },
  ],
  [
    'after a restart from a snapshot',
    (account) => {
      account.restart();
    },
  ],
  [
    'years later',
    (account) => {
      account.now += 3 * 365 * day;
      account.expireDue();
      account.restart();
    },
  ],
];

interface Contract {
  readonly name: string;
  readonly before?: (account: AccountDriver) => unknown;
  readonly first: Send;
  readonly same: Readonly<Record<string, Send>>;
  /** By the answer. */
  readonly other: readonly (readonly [answer: string, send: Send])[];
}

const metadata = { a: '1', b: '2' };

const contracts: readonly Contract[] = [
  {
    name: 'a deposit',
    first: (account) => account.deposit('id', '1.5', 'payment 7'),
    same: {
      'the same': (account) => account.deposit('id', '1.5', 'payment 7'),
      'the amount written otherwise': (account) => account.deposit('id', '1.50000000', 'payment 7'),
    },
    other: [
      ['idempotency_conflict amount', (account) => account.deposit('id', '1.6', 'payment 7')],
      ['idempotency_conflict reference', (account) => account.deposit('id', '1.5', 'payment 8')],
      ['idempotency_conflict reference', (account) => account.deposit('id', '1.5')],
      ['idempotency_conflict amount', (account) => account.deposit('id', '2', null)],
    ],
  },
  {
    name: 'a withdrawal',
    first: (account) => account.withdraw('id', '1.5'),
    same: { 'the same': (account) => account.withdraw('id', '1.50') },
    other: [
      ['idempotency_conflict amount', (account) => account.withdraw('id', '1.6')],
      ['idempotency_conflict reference', (account) => account.withdraw('id', '1.5', 'why')],
    ],
  },
  {
    name: 'an adjustment',
    first: (account) => account.adjust('id', '-1.5', 'one reason'),
    same: { 'the same': (account) => account.adjust('id', '-1.50', 'one reason') },
    other: [
      ['idempotency_conflict amount', (account) => account.adjust('id', '1.5', 'one reason')],
      ['idempotency_conflict reason', (account) => account.adjust('id', '-1.5', 'another')],
    ],
  },
  {
    name: 'a priced freeze with all its fields',
    first: (account) => account.freeze('id', { quantity: 2, ttlSeconds: 3_600, metadata }),
    same: {
      'the same': (account) => account.freeze('id', { quantity: 2, ttlSeconds: 3_600, metadata }),
      'metadata in another order': (account) =>
        account.freeze('id', { quantity: 2, ttlSeconds: 3_600, metadata: { b: '2', a: '1' } }),
    },
    other: [
      [
        'idempotency_conflict product',
        (account) => account.freeze('id', { product: 'another', quantity: 2, ttlSeconds: 3_600, metadata }),
      ],
      [
        'idempotency_conflict product',
        (account) => account.freeze('id', { amount: '1.7', ttlSeconds: 3_600, metadata }),
      ],
      [
        'idempotency_conflict quantity',
        (account) => account.freeze('id', { quantity: 3, ttlSeconds: 3_600, metadata }),
      ],
      ['idempotency_conflict quantity', (account) => account.freeze('id', { ttlSeconds: 3_600, metadata })],
      ['idempotency_conflict ttlSeconds', (account) => account.freeze('id', { quantity: 2, metadata })],
      [
        'idempotency_conflict ttlSeconds',
        (account) => account.freeze('id', { quantity: 2, ttlSeconds: 3_601, metadata }),
      ],
      [
        'idempotency_conflict budget',
        (account) => account.freeze('id', { quantity: 2, ttlSeconds: 3_600, metadata, budget: 'b' }),
      ],
      ['idempotency_conflict metadata', (account) => account.freeze('id', { quantity: 2, ttlSeconds: 3_600 })],
      [
        'idempotency_conflict metadata',
        (account) => account.freeze('id', { quantity: 2, ttlSeconds: 3_600, metadata: { a: '1', b: '3' } }),
      ],
      [
        'idempotency_conflict metadata',
        (account) => account.freeze('id', { quantity: 2, ttlSeconds: 3_600, metadata: { a: '1', c: '2' } }),
      ],
      ['idempotency_conflict quantity', (account) => account.freeze('id', { quantity: 3 })],
    ],
  },
  {
    name: 'a priced freeze with its defaults left out',
    first: (account) => account.freeze('id'),
    same: {
      'left out again': (account) => account.freeze('id'),
      'spelled out': (account) => account.freeze('id', { quantity: 1, ttlSeconds: 1_800 }),
    },
    other: [['idempotency_conflict metadata', (account) => account.freeze('id', { metadata: {} })]],
  },
  {
    name: 'a plain freeze',
    first: (account) => account.freeze('id', { amount: '1.5' }),
    same: {
      'the same': (account) => account.freeze('id', { amount: '1.50' }),
      'with the default life spelled out': (account) => account.freeze('id', { amount: '1.5', ttlSeconds: 1_800 }),
    },
    other: [
      ['idempotency_conflict amount', (account) => account.freeze('id', { amount: '1.6' })],
      ['idempotency_conflict product', (account) => account.freeze('id')],
    ],
  },
  {
    name: 'a settle of a priced hold, in full',
    before: (account) => account.freeze('h', { quantity: 2 }),
    first: (account) => account.settle('h'),
    same: {
      'the same': (account) => account.settle('h'),
      'the quantity spelled out': (account) => account.settle('h', { quantity: 2 }),
      'with completedAt and evidence, which are not compared': (account) =>
        account.settle('h', { completedAt: 1, evidence }),
    },
    other: [
      ['hold_already_settled outcome', (account) => account.settle('h', { outcome: 'mismatch' })],
      ['hold_already_settled quantity', (account) => account.settle('h', { quantity: 1 })],
      ['hold_already_settled amount', (account) => account.settle('h', { amount: '1.7' })],
      ['hold_already_settled', (account) => account.release('h')],
    ],
  },
  {
    name: 'a settle of a priced hold, in part',
    before: (account) => account.freeze('h', { quantity: 2 }),
    first: (account) => account.settle('h', { quantity: 1 }),
    same: { 'the same': (account) => account.settle('h', { quantity: 1 }) },
    other: [
      ['hold_already_settled quantity', (account) => account.settle('h')],
      ['hold_already_settled quantity', (account) => account.settle('h', { quantity: 2 })],
    ],
  },
  {
    name: 'a settle of a plain hold, in full',
    before: (account) => account.freeze('h', { amount: '2' }),
    first: (account) => account.settle('h', { amount: '2.0' }),
    same: {
      'without the amount': (account) => account.settle('h'),
      'with it': (account) => account.settle('h', { amount: '2' }),
    },
    other: [
      ['hold_already_settled amount', (account) => account.settle('h', { amount: '1' })],
      ['hold_already_settled quantity', (account) => account.settle('h', { quantity: 1 })],
    ],
  },
  {
    name: 'a settle of a plain hold, in part',
    before: (account) => account.freeze('h', { amount: '2' }),
    first: (account) => account.settle('h', { amount: '0.5', outcome: 'mismatch' }),
    same: { 'the same': (account) => account.settle('h', { amount: '0.50', outcome: 'mismatch' }) },
    other: [
      ['hold_already_settled amount', (account) => account.settle('h', { outcome: 'mismatch' })],
      ['hold_already_settled outcome', (account) => account.settle('h')],
    ],
  },
  {
    name: 'a settle that found nothing to bill',
    before: (account) => account.freeze('h', { product: 'by-match', quantity: 2 }),
    first: (account) => account.settle('h', { outcome: 'mismatch' }),
    same: {
      'the same': (account) => account.settle('h', { outcome: 'mismatch', quantity: 2 }),
      'with completedAt': (account) => account.settle('h', { outcome: 'mismatch', completedAt: start }),
    },
    other: [
      ['hold_already_released outcome', (account) => account.settle('h', { completedAt: start })],
      ['hold_already_released quantity', (account) => account.settle('h', { outcome: 'mismatch', quantity: 1 })],
      ['hold_already_released amount', (account) => account.settle('h', { outcome: 'mismatch', amount: '4' })],
      ['hold_already_released', (account) => account.release('h')],
    ],
  },
  {
    name: 'a late settle of an expired hold',
    before: (account) => {
      account.freeze('h', { amount: '2' });
      account.now += 1_800_000;
      account.expireDue();
    },
    first: (account) => account.settle('h', { completedAt: start }),
    same: {
      'the same': (account) => account.settle('h', { completedAt: start }),
      'without completedAt': (account) => account.settle('h'),
      'with another completedAt, and the full amount': (account) =>
        account.settle('h', { amount: '2', completedAt: 7 }),
    },
    other: [
      ['hold_already_settled amount', (account) => account.settle('h', { amount: '1', completedAt: start })],
      ['hold_already_settled outcome', (account) => account.settle('h', { outcome: 'mismatch', completedAt: start })],
      ['hold_already_settled', (account) => account.release('h')],
      ['hold_already_settled', (account) => account.fail('h', 'a1')],
    ],
  },
  {
    name: 'a late settle of a released priced hold, in part, that was uncollected at first',
    before: (account) => {
      account.freeze('h', { quantity: 2 });
      account.release('h', 'too early');
      account.adjust('drain', '-100');
      account.settle('h', { quantity: 1, completedAt: start });
      account.adjust('refill', '100');
    },
    first: (account) => account.settle('h', { quantity: 1, completedAt: start }),
    same: { 'the same': (account) => account.settle('h', { quantity: 1 }) },
    other: [
      ['hold_already_settled quantity', (account) => account.settle('h')],
      ['hold_already_settled amount', (account) => account.settle('h', { amount: '0.85' })],
      ['hold_already_settled', (account) => account.release('h', 'otherwise')],
    ],
  },
  {
    name: 'a failed call',
    before: (account) => account.freeze('h'),
    first: (account) => account.fail('h', 'id', 'one reason'),
    same: { 'the same': (account) => account.fail('h', 'id', 'one reason') },
    other: [['idempotency_conflict reason', (account) => account.fail('h', 'id', 'another')]],
  },
  {
    name: 'a release',
    before: (account) => account.freeze('h'),
    first: (account) => account.release('h', 'one reason'),
    same: { 'the same': (account) => account.release('h', 'one reason') },
    other: [['hold_already_released', (account) => account.release('h', 'another')]],
  },
  {
    name: 'a suspension',
    first: (account) => account.status('suspend', 'id', 'one reason'),
    same: { 'the same': (account) => account.status('suspend', 'id', 'one reason') },
    other: [
      ['idempotency_conflict reason', (account) => account.status('suspend', 'id', 'another')],
      ['idempotency_conflict changeId', (account) => account.status('resume', 'id', 'one reason')],
      ['idempotency_conflict changeId', (account) => account.status('close', 'id', 'one reason')],
    ],
  },
  {
    name: 'a resumption',
    before: (account) => account.status('suspend', 's1'),
    first: (account) => account.status('resume', 'id', 'one reason'),
    same: { 'the same': (account) => account.status('resume', 'id', 'one reason') },
    other: [['idempotency_conflict reason', (account) => account.status('resume', 'id', 'another')]],
  },
  {
    name: 'a closing',
    before: (account) => account.withdraw('all', '100'),
    first: (account) => account.status('close', 'id', 'one reason'),
    same: { 'the same': (account) => account.status('close', 'id', 'one reason') },
    other: [
      ['idempotency_conflict reason', (account) => account.status('close', 'id', 'another')],
      ['account_closed', (account) => account.status('close', 'another', 'one reason')],
    ],
  },
];

const usesTestBook = new Set(['a settle that found nothing to bill']);

function prepared({ name, before }: Contract): AccountDriver {
  const account = opened('100', usesTestBook.has(name) ? { priceBook: 'test' } : {});
  before?.(account);
  return account;
}

describe.each(contracts)('$name', (contract) => {
  describe.each(memories)('%s', (_, age) => {
    it.each(Object.entries(contract.same))('is answered again for %s, without an event', (_case, send) => {
      const account = prepared(contract);
      const first = contract.first(account);
      if (first.kind !== 'accepted') throw new TypeError(`the first is accepted, not ${said(first)}`);
      age(account);
      const [events, state] = [account.events.length, writeSnapshot(account.state)];
      const again = send(account);
      expect(said(again)).toBe('replayed');
      // The answer is made from the same event, and from the hold as it was then.
      if (again.kind === 'replayed') expect(again.event).toEqual(first.events[0]);
      if (again.kind === 'replayed') expect(again.hold).toEqual(first.hold);
      expect(account.events).toHaveLength(events);
      expect(writeSnapshot(account.state)).toBe(state);
    });

    it.each(contract.other)('is refused with %s for other content, without an event', (answer, send) => {
      const account = prepared(contract);
      contract.first(account);
      age(account);
      const events = account.events.length;
      expect(said(send(account))).toBe(answer);
      expect(account.events).toHaveLength(events);
    });

    it('is answered again whoever asks, whenever, and whatever has become of the account', () => {
      const account = prepared(contract);
      contract.first(account);
      age(account);
      account.status('suspend', 'later');
      account.operator = !account.operator;
      account.wallClock = account.now - 3_600_000;
      expect(said(contract.first(account))).toBe('replayed');
    });
  });
});
