import { describe, expect, it } from '@jest/globals';
import { bounds, type Command, type Metadata, validateCommand } from '#domain';
import { AccountDriver, money, opened, said, start } from '../../../../test/support/account-driver.ts';

/*
 * Every field of every command at both ends of its bounds. What is outside is refused before anything else is asked:
 * here of an account that does not exist, so that no other refusal can be meant.
 */

const wellFormed = {
  open: {
    kind: 'open-account',
    accountId: 'acme',
    currency: null,
    timeZone: null,
    agreementStart: null,
    priceBook: null,
    creditLimit: null,
    limits: { openHolds: null, frozen: null, dailySpend: null },
    metadata: null,
  },
  deposit: { kind: 'deposit', depositId: 'd1', amount: money('1'), reference: null },
  withdraw: { kind: 'withdraw', withdrawalId: 'w1', amount: money('1'), reference: null },
  adjust: { kind: 'adjust', adjustmentId: 'a1', amount: money('1'), reason: 'goodwill' },
  freeze: {
    kind: 'freeze',
    holdId: 'h1',
    product: 'face-verify',
    quantity: null,
    amount: null,
    ttlSeconds: null,
    budget: null,
    metadata: null,
  },
  plain: {
    kind: 'freeze',
    holdId: 'h1',
    product: null,
    quantity: null,
    amount: money('1'),
    ttlSeconds: null,
    budget: null,
    metadata: null,
  },
  settle: {
    kind: 'settle',
    holdId: 'h1',
    outcome: 'match',
    amount: null,
    quantity: null,
    completedAt: null,
    evidence: null,
  },
  fail: { kind: 'fail', holdId: 'h1', attemptId: 'f1', reason: 'camera broke' },
  release: { kind: 'release', holdId: 'h1', reason: 'no credential' },
  suspend: { kind: 'suspend', changeId: 'c1', reason: 'because' },
  resume: { kind: 'resume', changeId: 'c1', reason: 'because' },
  close: { kind: 'close', changeId: 'c1', reason: 'because' },
  budget: { kind: 'set-budget', name: 'sales', limit: money('1'), period: 'day', reason: 'because' },
} as const satisfies Readonly<Record<string, Command>>;

type Which = keyof typeof wellFormed;

/** The command with one field changed, to anything at all: a caller need not have been compiled with the domain model. */
function changed(which: Which, field: string, value: unknown): Command {
  const command: Record<string, unknown> = { ...wellFormed[which] };
  const [outer = '', inner] = field.split('.');
  command[outer] = inner === undefined ? value : { ...(command[outer] as object), [inner]: value };
  return command as unknown as Command;
}

const onThePoint = '999999999999999999';
const beyond = money(`${onThePoint}.00000001`);
const text = (length: number): string => 'x'.repeat(length);
const keys = (count: number): Metadata =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${String(index)}`, 'v']));
const digest = `sha256:${'0f'.repeat(32)}`;

interface Field {
  readonly commands: readonly Which[];
  readonly field: string;
  /** Named in the refusal, if it is another. */
  readonly named?: string;
  readonly code?: 'invalid_amount';
  readonly inside: readonly unknown[];
  readonly outside: readonly unknown[];
}

const ids: readonly (readonly [Which, string])[] = [
  ['open', 'accountId'],
  ['deposit', 'depositId'],
  ['withdraw', 'withdrawalId'],
  ['adjust', 'adjustmentId'],
  ['freeze', 'holdId'],
  ['settle', 'holdId'],
  ['fail', 'holdId'],
  ['fail', 'attemptId'],
  ['release', 'holdId'],
  ['suspend', 'changeId'],
  ['resume', 'changeId'],
  ['close', 'changeId'],
  ['budget', 'name'],
];

const goodIds = ['a', text(64), 'A-Z.a_z~0', '...', '-', '__proto__', 'constructor'];
const badIds = ['', '.', '..', text(65), 'a b', 'a/b', 'a\n', 'ä', '@', 'a\u0000', 7, null, undefined];
const amountsAboveZero = { code: 'invalid_amount', inside: [money('0.00000001'), money(onThePoint)] } as const;
const notAboveZero = [money('0'), money('-0.00000001'), beyond, 1, '1'];
const wrongWholes = [0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '1', 1n];
const metadataInside = [
  null,
  {},
  keys(20),
  { [text(40)]: text(500) },
  { a: '' },
  JSON.parse('{"__proto__":"p","constructor":"c","toString":"t","toJSON":"j"}'),
];
const metadataOutside = [
  keys(21),
  { '': 'v' },
  { [text(41)]: 'v' },
  { a: text(501) },
  { a: 1 },
  { a: null },
  { a: { b: 'c' } },
  ['a'],
  'a',
  undefined,
  JSON.parse('{"__proto__":{"polluted":"yes"}}'),
  new Date(0),
  Object.create({ toJSON: () => 'another text' }),
];

const fields: readonly Field[] = [
  ...ids.map(([which, field]) => ({ commands: [which], field, inside: goodIds, outside: badIds })),
  {
    commands: ['deposit', 'withdraw'],
    field: 'amount',
    ...amountsAboveZero,
    outside: [...notAboveZero, null, undefined],
  },
  {
    commands: ['adjust'],
    field: 'amount',
    code: 'invalid_amount',
    inside: [money('-0.00000001'), money('0.00000001'), money(onThePoint), money(`-${onThePoint}`)],
    outside: [money('0'), beyond, 0n - beyond, 1, '1', null],
  },
  { commands: ['plain'], field: 'amount', ...amountsAboveZero, outside: notAboveZero },
  {
    commands: ['settle'],
    field: 'amount',
    code: 'invalid_amount',
    inside: [null, money('0'), money(onThePoint)],
    outside: [money('-0.00000001'), beyond, 0, '0', undefined],
  },
  {
    commands: ['adjust', 'fail', 'release', 'suspend', 'resume', 'close', 'budget'],
    field: 'reason',
    inside: ['r', text(200), ' ', '理由'],
    outside: ['', text(201), null, 7],
  },
  { commands: ['release'], field: 'reason', inside: ['not-billable '], outside: ['not-billable'] },
  {
    commands: ['deposit', 'withdraw'],
    field: 'reference',
    inside: [null, 'r', text(200)],
    outside: ['', text(201), 7, undefined],
  },
  { commands: ['freeze'], field: 'product', inside: ['p', text(40)], outside: ['', text(41), 7, null] },
  { commands: ['plain'], field: 'amount', named: 'product', inside: [], outside: [null] },
  { commands: ['freeze'], field: 'amount', named: 'product', inside: [], outside: [money('1')] },
  { commands: ['freeze'], field: 'quantity', inside: [null, 1, 1_000_000], outside: [...wrongWholes, 1_000_001] },
  { commands: ['plain'], field: 'quantity', inside: [], outside: [1] },
  { commands: ['settle'], field: 'quantity', inside: [null, 1, 1_000_000], outside: [...wrongWholes, 1_000_001] },
  {
    commands: ['freeze', 'plain'],
    field: 'ttlSeconds',
    inside: [null, 1, 2_592_000],
    outside: [...wrongWholes, 2_592_001],
  },
  { commands: ['freeze', 'plain'], field: 'budget', inside: [null, 'b', text(64)], outside: ['', 'a b', text(65), 7] },
  { commands: ['budget'], field: 'limit', ...amountsAboveZero, outside: [...notAboveZero, null, undefined] },
  {
    commands: ['budget'],
    field: 'period',
    inside: ['day', 'month', 'year'],
    outside: ['week', 'Day', '', null, undefined, 7, ['day']],
  },
  { commands: ['freeze', 'plain', 'open'], field: 'metadata', inside: metadataInside, outside: metadataOutside },
  { commands: ['settle'], field: 'outcome', inside: ['match', 'mismatch'], outside: ['maybe', '', null, undefined] },
  {
    commands: ['settle'],
    field: 'completedAt',
    inside: [null, 0, start, 8_640_000_000_000_000],
    outside: [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 8_640_000_000_000_001, '2026-01-01T00:00:00Z', undefined],
  },
  {
    commands: ['settle'],
    field: 'evidence',
    inside: [null, { digest }, { digest, ...keys(4) }],
    outside: [
      { digest, ...keys(5) },
      { digest, [text(41)]: 'v' },
      { digest, a: text(501) },
      { digest, a: 1 },
      [digest],
    ],
  },
  {
    commands: ['settle'],
    field: 'evidence',
    named: 'evidence.digest',
    inside: [],
    outside: [
      {},
      { hash: digest },
      { digest: digest.toUpperCase() },
      { digest: digest.slice(0, -1) },
      { digest: `${digest}0` },
      { digest: `${digest}\n` },
      Object.create({ digest }),
    ],
  },
  { commands: ['open'], field: 'currency', inside: [null, 'CNY'], outside: ['USD', 'cny', '', 7, undefined] },
  {
    commands: ['open'],
    field: 'timeZone',
    inside: [null, 'Asia/Shanghai', 'UTC'],
    outside: ['Mars/Base', '+08:00', '', text(65), 7],
  },
  {
    commands: ['open'],
    field: 'agreementStart',
    inside: [null, '2024-02-29'],
    outside: ['2026-02-29', '2026-1-1', '', 7, undefined],
  },
  { commands: ['open'], field: 'priceBook', inside: [null, 'b@1', text(47)], outside: ['', text(48), 7, undefined] },
  {
    commands: ['open'],
    field: 'creditLimit',
    code: 'invalid_amount',
    inside: [null, money('0'), money(onThePoint)],
    outside: [money('-0.00000001'), beyond, 1, undefined],
  },
  { commands: ['open'], field: 'limits', inside: [], outside: [null, undefined, 7] },
  {
    commands: ['open'],
    field: 'limits.openHolds',
    inside: [null, 1, 10_000_000],
    outside: [...wrongWholes, 10_000_001],
  },
  { commands: ['open'], field: 'limits.frozen', ...amountsAboveZero, outside: [...notAboveZero, undefined] },
  { commands: ['open'], field: 'limits.dailySpend', ...amountsAboveZero, outside: [...notAboveZero, undefined] },
];

const cases = fields.flatMap(({ commands, named, code, ...rest }) =>
  commands.map((which) => ({ which, named: named ?? rest.field, code: code ?? 'invalid_request', ...rest })),
);

describe('a command’s bounds', () => {
  it.each(Object.entries(wellFormed))('are kept by an ordinary command: %s', (_, command) => {
    expect(validateCommand(command)).toBeUndefined();
  });

  it.each(cases)('$which: $field is let in up to its last value', ({ which, field, inside }) => {
    for (const value of inside) expect(validateCommand(changed(which, field, value))).toBeUndefined();
  });

  it.each(cases)('$which: $field outside is $code $named, before anything else', ({ which, field, outside, ...no }) => {
    for (const value of outside) {
      const account = new AccountDriver();
      expect(account.send(changed(which, field, value))).toMatchObject({
        kind: 'refused',
        refusal: { code: no.code, field: no.named },
        events: [],
      });
    }
  });

  it('of a settle let in an amount or a quantity, not both', () => {
    const { settle } = wellFormed;
    expect(validateCommand({ ...settle, amount: money('1'), quantity: 1 })).toEqual({
      code: 'invalid_request',
      field: 'quantity',
    });
  });

  it('name the first errory field in the order of the request', () => {
    const { freeze, open } = wellFormed;
    expect(validateCommand({ ...freeze, holdId: '', quantity: 0 })).toMatchObject({ field: 'holdId' });
    expect(validateCommand({ ...freeze, quantity: 0, ttlSeconds: 0 })).toMatchObject({ field: 'quantity' });
    expect(validateCommand({ ...open, currency: 'USD', timeZone: 'Mars/Base' })).toMatchObject({ field: 'currency' });
  });

  it('come before the answer to a used id, and before what the account has to say', () => {
    const account = opened();
    account.freeze('h1', { amount: '1' });
    account.release('h1');
    expect(said(account.release('h1', ''))).toBe('invalid_request reason');
    expect(said(account.open({ priceBook: 'dcloud-2023', currency: 'USD' }))).toBe('invalid_request currency');
  });

  it('have names', () => {
    expect(bounds).toMatchObject({ reasonCharactersMax: 200, referenceCharactersMax: 200, metadataKeysMax: 20 });
  });
});

describe('metadata with the names of what every object inherits', () => {
  const metadata = JSON.parse('{"__proto__":"p","constructor":"c","toJSON":"j"}') as Metadata;

  it('is kept as it was said, and is content like any other', () => {
    const account = opened();
    account.freeze('h1', { amount: '1', metadata });
    const stored = JSON.stringify(account.events.at(-1)?.data);
    expect(stored).toContain('"metadata":{"__proto__":"p","constructor":"c","toJSON":"j"}');
    account.restart();
    expect(said(account.freeze('h1', { amount: '1', metadata }))).toBe('replayed');
    for (const other of [
      '{"constructor":"c","toJSON":"j","a":"p"}',
      '{"__proto__":"q","constructor":"c","toJSON":"j"}',
    ])
      expect(said(account.freeze('h1', { amount: '1', metadata: JSON.parse(other) as Metadata }))).toBe(
        'idempotency_conflict metadata',
      );
    expect(Object.hasOwn(Object.prototype, 'p')).toBe(false);
  });

  it('that only inherits its strings says nothing', () => {
    const account = opened();
    account.freeze('h1', { amount: '1', metadata: Object.create({ a: 'inherited' }) as Metadata });
    expect(account.events.at(-1)).toMatchObject({ data: { metadata: {} } });
    expect(said(account.freeze('h1', { amount: '1', metadata: {} }))).toBe('replayed');
  });
});
