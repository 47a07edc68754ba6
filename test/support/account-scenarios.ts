import { type Command, parseMoney } from '#domain';
import { evidence } from './account-driver.ts';
import fc from './fast-check.ts';
import type { NaiveCommand } from './naive-commands.ts';

/*
 * Random scenarios of one account. Ids and amounts come from small pools, so that commands meet again; holds and times
 * are told relative to what there is, so that most steps meet a hold and deadlines are hit to the millisecond.
 *
 * In hold commands the id `#1` stands for the newest hold of the moment, `#2` for the one before it, and so on; `#new`
 * for an id that was never used.
 */

/** A moment told by a hold of the scenario; `offsetMs` from it. Without such a hold the step does nothing. */
export interface HoldMoment {
  readonly holdId: string;
  readonly moment: 'opening' | 'deadline' | 'end of late window';
  readonly offsetMs: number;
}

/** A settle whose `completedAt` is told by its own hold. */
export type CompletedAt = { readonly moment: 'opening' | 'deadline'; readonly offsetMs: number } | null;

export type Step =
  | { readonly do: 'send'; readonly command: NaiveCommand; readonly completed: CompletedAt; readonly operator: boolean }
  | { readonly do: 'wait'; readonly ms: number }
  | { readonly do: 'wait until'; readonly until: HoldMoment }
  | { readonly do: 'jump'; readonly ms: number }
  /** The command that was sent `back` commands ago comes again. */
  | { readonly do: 'repeat'; readonly back: number; readonly operator: boolean }
  /** The id index catches up, but for the newest `behind` events, and the state forgets. */
  | { readonly do: 'index'; readonly behind: number }
  /** The process starts again from a snapshot. */
  | { readonly do: 'restart' };

const holdId = fc.constantFrom('#1', '#1', '#1', '#2', '#2', '#3', '#4', '#7', 'nobody');
const endless = Number.POSITIVE_INFINITY;
const operator = fc.boolean();
const orNull = <Value>(arbitrary: fc.Arbitrary<Value>): fc.Arbitrary<Value | null> =>
  fc.option(arbitrary, { nil: null, freq: 2 });

function send(
  command: fc.Arbitrary<NaiveCommand>,
  completed: fc.Arbitrary<CompletedAt> = fc.constant(null),
): fc.Arbitrary<Step> {
  return fc.record({ do: fc.constant('send' as const), command, completed, operator });
}

const smallId = fc.constantFrom('1', '2', '3', '4', '5');
const reason = fc.constantFrom('one reason', 'another');
const amount = fc.constantFrom('0.00000001', '0.85', '1', '1.50', '5', '12.5', '100', '90000');

const funds = send(
  fc.record({
    kind: fc.constantFrom('deposit', 'deposit', 'deposit', 'withdraw'),
    id: smallId,
    amount,
    text: fc.constantFrom(null, null, 'payment 7'),
  }),
);
const adjust = send(
  fc.record({
    kind: fc.constant('adjust' as const),
    id: smallId,
    amount: fc.constantFrom('1', '-1', '-100', '50000', '0.00000001'),
    text: reason,
  }),
);
/** Takes out all that there is, so that accounts run dry and can be closed: the runner fills in the amount. */
const drain = send(fc.constant({ kind: 'withdraw', id: 'drain', amount: 'all', text: null } as const));

function quantities(product: string): fc.Arbitrary<number | null> {
  const small = fc.constantFrom(null, null, 1, 2, 3, 5, 11);
  return product === 'face-verify' ? fc.oneof(small, fc.constantFrom(9_999, 10_000, 40_000, 90_001, 1_000_000)) : small;
}

const ttlSeconds = fc.constantFrom(null, null, null, 1_800, 1_799, 1, 7, 3_600, 86_400, 2_592_000);
const metadata = fc.constantFrom(null, null, { a: '1', b: '2' }, { b: '2', a: '1' }, { a: '1' });

type Book = 'dcloud-2023' | 'dcloud-legacy' | 'test' | null;

function listProducts(book: Book): readonly string[] {
  if (book === null) return ['face-verify'];
  if (book !== 'test') return [...Array<string>(20).fill('face-verify'), 'first-ten-free'];
  return [
    'first-ten-free',
    'first-ten-free',
    'zigzag',
    'zigzag',
    'flat-on-free',
    'by-match',
    'by-match',
    'gratis',
    'negotiated',
  ];
}

function freezeStep(book: Book): fc.Arbitrary<Step> {
  return fc
    .record({
      product: fc.constantFrom(...listProducts(book)),
      plain: fc.constantFrom(book === null, true, false, false),
    })
    .chain(({ product, plain }) =>
      send(
        fc.record({
          kind: fc.constant('freeze' as const),
          id: fc.constantFrom('#new', '#new', '#new', '#new', '#new', '#1', '#3'),
          product: fc.constant(plain ? null : product),
          quantity: plain ? fc.constant(null) : quantities(product),
          amount: plain ? amount : fc.constant(null),
          ttlSeconds,
          budget: fc.constantFrom(null, null, null, null, null, null, 'sales', 'sales', 'support'),
          metadata,
        }),
      ),
    );
}

const completed: fc.Arbitrary<CompletedAt> = orNull(
  fc.record({
    moment: fc.constantFrom('opening' as const, 'opening' as const, 'deadline' as const),
    offsetMs: fc.constantFrom(-1, 0, 1, 0, -1, -1000),
  }),
);

const settle = send(
  fc.record({
    kind: fc.constant('settle' as const),
    id: holdId,
    outcome: fc.constantFrom('match' as const, 'match' as const, 'mismatch' as const),
    amount: fc.constantFrom(null, null, null, '0', '0.85', '1', '1.5', '12.5'),
    quantity: fc.constantFrom(null, null, null, null, 1, 2, 5_000),
    completedAt: fc.constant(null),
  }),
  completed,
);
const lateSettle = send(
  fc.record({
    kind: fc.constant('settle' as const),
    id: holdId,
    outcome: fc.constantFrom('match' as const, 'match' as const, 'mismatch' as const),
    amount: fc.constant(null),
    quantity: fc.constantFrom(null, null, null, 1),
    completedAt: fc.constant(null),
  }),
  fc.constantFrom({ moment: 'opening' as const, offsetMs: 0 }, { moment: 'deadline' as const, offsetMs: -1 }),
);
const fail = send(fc.record({ kind: fc.constant('fail' as const), id: holdId, attempt: smallId, reason }));
const release = send(
  fc.record({
    kind: fc.constant('release' as const),
    id: holdId,
    reason: fc.constantFrom('one reason', 'one reason', 'another', 'not-billable'),
  }),
);
const refund = send(
  fc.record({
    kind: fc.constant('refund' as const),
    id: holdId,
    refund: smallId,
    amount: fc.constantFrom('0.85', '0.85', '0.5', '0.00000001', '1', '12.5'),
    reason,
  }),
);
const reverse = send(
  fc.record({
    kind: fc.constant('reverse' as const),
    id: fc.constantFrom('1', '2', '3', 'first', 'nobody'),
    reversal: smallId,
    amount: fc.constantFrom(null, null, '0.85', '1', '5', '100'),
    reason,
  }),
);
const own = fc.constantFrom<readonly (readonly [number, string])[] | null>(
  null,
  [[endless, '0.5']],
  [[endless, '3']],
  [
    [2, '0'],
    [endless, '4'],
  ],
);
const terms = send(
  fc.record(
    {
      kind: fc.constant('terms' as const),
      id: smallId.map((id) => `t${id}`),
      reason,
      book: fc.constantFrom('dcloud-2023', 'dcloud-legacy', 'test', 'test', null),
      overrides: fc
        .constantFrom('negotiated', 'negotiated', 'face-verify', 'zigzag', 'first-ten-free', 'nonesuch')
        .chain((product) => own.map((steps) => ({ [product]: steps }))),
      creditLimit: fc.constantFrom('0', '1.7', '100'),
      dailySpend: fc.constantFrom(null, '20', '1.7'),
    },
    { requiredKeys: ['kind', 'id', 'reason'] },
  ),
);
const status = send(
  fc.record({
    kind: fc.constantFrom('suspend' as const, 'resume' as const, 'resume' as const, 'resume' as const),
    id: fc.constantFrom('1', '2', '3', '4', '5', '6', '7', '8', '9'),
    reason,
  }),
);
const close = send(fc.record({ kind: fc.constant('close' as const), id: fc.constantFrom('1', 'c1', 'c2'), reason }));
const setBudget = send(
  fc.record({
    kind: fc.constant('set-budget' as const),
    name: fc.constantFrom('sales', 'sales', 'support'),
    limit: fc.constantFrom('0.85', '1.70', '3', '20', '1000', '900000'),
    period: fc.constantFrom('day' as const, 'month' as const, 'year' as const),
    reason: fc.constantFrom('one reason', 'one reason', 'another'),
  }),
);
const expireDue = send(fc.constant({ kind: 'expire-due' } as const));

const wait: fc.Arbitrary<Step> = fc.record({
  do: fc.constant('wait' as const),
  ms: fc.constantFrom(0, 1, 999, 1_000, 60_000, 1_799_999, 1_800_000, 86_400_000, 40 * 86_400_000),
});
const waitUntil: fc.Arbitrary<Step> = fc.record({
  do: fc.constant('wait until' as const),
  until: fc.record({
    holdId,
    moment: fc.constantFrom('deadline' as const, 'deadline' as const, 'end of late window' as const),
    offsetMs: fc.constantFrom(-1, 0, 1),
  }),
});
const jump: fc.Arbitrary<Step> = fc.record({
  do: fc.constant('jump' as const),
  ms: fc.constantFrom(-1, -59_999, -60_000, -60_001, -3_600_000, 3_600_000, 366 * 86_400_000),
});

const repeat: fc.Arbitrary<Step> = fc.record({
  do: fc.constant('repeat' as const),
  back: fc.nat({ max: 12 }),
  operator,
});

function anyStep(book: Book): fc.Arbitrary<Step> {
  return fc.oneof(
    { arbitrary: freezeStep(book), weight: 34 },
    { arbitrary: settle, weight: 18 },
    { arbitrary: lateSettle, weight: 10 },
    { arbitrary: waitUntil, weight: 10 },
    { arbitrary: wait, weight: 5 },
    { arbitrary: release, weight: 6 },
    { arbitrary: fail, weight: 7 },
    { arbitrary: funds, weight: 9 },
    { arbitrary: adjust, weight: 3 },
    { arbitrary: drain, weight: 2 },
    { arbitrary: terms, weight: 5 },
    { arbitrary: refund, weight: 6 },
    { arbitrary: reverse, weight: 3 },
    { arbitrary: status, weight: 4 },
    { arbitrary: close, weight: 2 },
    { arbitrary: setBudget, weight: 5 },
    { arbitrary: expireDue, weight: 2 },
    { arbitrary: jump, weight: 2 },
    { arbitrary: repeat, weight: 12 },
    { arbitrary: fc.record({ do: fc.constant('index' as const), behind: fc.nat({ max: 4 }) }), weight: 6 },
    { arbitrary: fc.constant({ do: 'restart' } as const), weight: 2 },
  );
}

export interface Scenario {
  readonly book: Book;
  readonly creditLimit: string;
  readonly openHolds: number;
  readonly frozen: string | null;
  readonly dailySpend: string | null;
  /** A first deposit. */
  readonly money: string;
  readonly steps: readonly Step[];
}

export const scenarios: fc.Arbitrary<Scenario> = fc
  .constantFrom<Book>('dcloud-2023', 'dcloud-2023', 'dcloud-legacy', 'dcloud-legacy', 'test', 'test', 'test', null)
  .chain((book) =>
    fc.record({
      book: fc.constant(book),
      creditLimit: fc.constantFrom('0', '0', '1.7', '100'),
      openHolds: fc.constantFrom(100_000, 100_000, 100_000, 2),
      frozen: fc.constantFrom(null, null, null, null, '2.55'),
      dailySpend: fc.constantFrom(null, null, null, null, '1.7', '20'),
      money: fc.constantFrom('0.85', '10', '1000', '9000000', '9000000'),
      steps: fc.array(anyStep(book), { minLength: 1, maxLength: 70, size: 'max' }),
    }),
  );

/** The command as the domain model takes it. */
export function toCommand(naive: NaiveCommand): Command {
  switch (naive.kind) {
    case 'deposit':
      return { kind: 'deposit', depositId: naive.id, amount: parseMoney(naive.amount), reference: naive.text };
    case 'withdraw':
      return { kind: 'withdraw', withdrawalId: naive.id, amount: parseMoney(naive.amount), reference: naive.text };
    case 'adjust':
      return {
        kind: 'adjust',
        adjustmentId: naive.id,
        amount: parseMoney(naive.amount, 'signed'),
        reason: naive.text ?? '',
      };
    case 'freeze': {
      const { id, amount: text, kind, ...rest } = naive;
      return { kind, holdId: id, amount: text === null ? null : parseMoney(text), ...rest };
    }
    case 'settle': {
      const { id, amount: text, kind, ...rest } = naive;
      return {
        kind,
        holdId: id,
        amount: text === null ? null : parseMoney(text),
        evidence: rest.quantity === null ? null : evidence,
        ...rest,
      };
    }
    case 'fail':
      return { kind: 'fail', holdId: naive.id, attemptId: naive.attempt, reason: naive.reason };
    case 'release':
      return { kind: 'release', holdId: naive.id, reason: naive.reason };
    case 'refund': {
      const { id, refund: refundId, amount: text, reason: why } = naive;
      return { kind: 'refund', refundId, holdId: id, amount: parseMoney(text), reason: why };
    }
    case 'reverse': {
      const { id, reversal: reversalId, amount: text, reason: why } = naive;
      const all = text === null ? null : parseMoney(text);
      return { kind: 'reverse-deposit', reversalId, depositId: id, amount: all, reason: why };
    }
    case 'terms': {
      const { id: changeId, reason: why, book, overrides, creditLimit, dailySpend } = naive;
      const asked = {
        ...(book !== undefined && { priceBook: book }),
        ...(overrides !== undefined && {
          overrides: Object.fromEntries(Object.entries(overrides).map(stepsOfOverride)),
        }),
        ...(creditLimit !== undefined && { creditLimit }),
        ...(dailySpend !== undefined && { limits: { dailySpend } }),
      };
      return { kind: 'change-terms', changeId, reason: why, asked };
    }
    case 'suspend':
    case 'resume':
    case 'close':
      return { kind: naive.kind, changeId: naive.id, reason: naive.reason };
    case 'set-budget':
      return { ...naive, limit: parseMoney(naive.limit) };
    case 'expire-due':
      return naive;
  }
}

function stepsOfOverride([product, steps]: [string, readonly (readonly [number, string])[] | null]): [
  string,
  { upTo: number | null; price: string }[] | null,
] {
  const step = ([last, price]: readonly [number, string]): { upTo: number | null; price: string } => {
    return { upTo: last === endless ? null : last, price };
  };
  return [product, steps === null ? null : steps.map(step)];
}
