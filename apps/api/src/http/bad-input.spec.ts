import { describe, expect, it } from '@jest/globals';
import { untouchedServiceForAll } from '../../../../test/support/in-process.ts';
import { said } from '../../../../test/support/said.ts';

const accounts = '/v1/accounts';
const holds = '/v1/accounts/acme/holds';
const settle = '/v1/accounts/acme/holds/h/settle';
const deposits = '/v1/accounts/acme/deposits';

const invalid = '400 invalid_request';
const amount = '400 invalid_amount';

const service = untouchedServiceForAll(async () => {
  await service.account('acme');
  await service.done(holds, { holdId: 'h', amount: '1' });
});

type Headers = Readonly<Record<string, string>>;

async function answerTo(path: string, text: string | Buffer, headers: Headers = {}): Promise<string> {
  const reply = await service.ask('POST', path, { text, headers });
  return said(reply.status, reply.headers['content-type'], reply.text);
}

const deep = (depth: number): string => '['.repeat(depth) + ']'.repeat(depth);
/** As many fields in one object, each with a number. */
const object = (fields: number): string =>
  `{${Array.from({ length: fields }, (_, n) => `"k${String(n)}":1`).join(',')}}`;
const deepObject = (depth: number, innermost: string): string => '{"a":'.repeat(depth) + innermost + '}'.repeat(depth);

describe('a body that is no object as JSON has them', () => {
  it.each<[string, string, string]>([
    ['nothing', '', invalid],
    ['white space', ' \n', invalid],
    ['half an object', '{"holdId":"x"', invalid],
    ['two objects', '{} {}', invalid],
    ['single quotes', "{'holdId':'x'}", invalid],
    ['a comment', '{"holdId":"x"} // y', invalid],
    ['a trailing comma', '{"holdId":"x",}', invalid],
    ['NaN', '{"holdId":NaN}', invalid],
    ['a form', 'holdId=x&amount=1', invalid],
    ['a NUL', '\u0000', invalid],
    ['null', 'null', invalid],
    ['a list', '[]', invalid],
    ['a list of a body', '[{"holdId":"x","amount":"1"}]', invalid],
    ['a text', '"holdId"', invalid],
    ['a number', '1', invalid],
    ['true', 'true', invalid],
    ['lists in lists', deep(8_000), invalid],
    ['objects in objects in a list', `[${deepObject(2_000, '1')}]`, invalid],
    ['a list that never ends', '['.repeat(16_000), invalid],
  ])('is refused: %s', async (_, text, expected) => {
    for (const path of [accounts, holds, settle, deposits, '/v1/batch', '/v1/keys']) {
      expect(await answerTo(path, text)).toBe(expected);
    }
  });
});

describe('a key by which prototypes are poisoned', () => {
  it.each<[string, string, string]>([
    ['__proto__', '{"__proto__":{"amount":"1"},"holdId":"x"}', `${invalid} __proto__`],
    ['__proto__ of nothing', '{"holdId":"x","amount":"1","__proto__":null}', `${invalid} __proto__`],
    ['an escaped __proto__', '{"holdId":"x","amount":"1","\\u005f_proto__":1}', `${invalid} __proto__`],
    ['__proto__ below', '{"holdId":"x","amount":"1","metadata":{"__proto__":"1"}}', `${invalid} metadata.__proto__`],
    ['constructor', '{"holdId":"x","amount":"1","constructor":{"prototype":{"x":1}}}', `${invalid} constructor`],
    ['constructor as text', '{"holdId":"x","amount":"1","constructor":"x"}', `${invalid} constructor`],
    [
      'constructor below',
      '{"holdId":"x","amount":"1","metadata":{"constructor":{"prototype":{}}}}',
      `${invalid} metadata.constructor`,
    ],
    ['prototype', '{"holdId":"x","amount":"1","prototype":{}}', `${invalid} prototype`],
  ])('is refused: %s', async (_, text, expected) => {
    expect(await answerTo(holds, text)).toBe(expected);
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });

  it('is refused by name in every depth that is read at all', async () => {
    for (const depth of [1, 2, 10, 28]) {
      expect(await answerTo('/v1/batch', `{"operations":[${deepObject(depth, '{"__proto__":{"x":1}}')}]}`)).toMatch(
        /^400 invalid_request operations\.0(\.a)+/,
      );
    }
    for (const depth of [30, 500, 200_000]) {
      expect(await answerTo('/v1/batch', `{"operations":[${deepObject(depth, '{"__proto__":1}')}]}`)).toBe(invalid);
    }
  });
});

describe('a key that stands twice in one object', () => {
  it.each<[string, string, string, string]>([
    ['the same', holds, '{"holdId":"x","amount":"1","holdId":"x"}', 'holdId'],
    ['with another value', holds, '{"holdId":"x","amount":"1","amount":"100"}', 'amount'],
    ['spelt otherwise', holds, '{"amount":"1","holdId":"x","\\u0061mount":"100"}', 'amount'],
    ['below', holds, '{"holdId":"x","amount":"1","metadata":{"a":"1","b":"2","a":"1"}}', 'metadata.a'],
    ['empty', holds, '{"holdId":"x","amount":"1","metadata":{"":"1","":"2"}}', 'metadata.'],
    ['with a colon and quotes', holds, '{"a\\":{[,]}":1,"holdId":"x","a\\":{[,]}":1}', 'a":{[,]}'],
    ['of digits', holds, '{"holdId":"x","amount":"1","metadata":{"1":"a","1":"b"}}', 'metadata.1'],
    ['in an operation', '/v1/batch', '{"operations":[{"op":"a"},{"op":"b","op":"b"}]}', 'operations.1.op'],
    ['far below', '/v1/batch', '{"operations":[[],[1,[2,{"a":[{"b":1,"b":1}]}]]]}', 'operations.1.1.1.a.0.b'],
  ])('is refused by name: %s', async (_, path, text, field) => {
    expect(await answerTo(path, text)).toBe(`${invalid} ${field}`);
  });

  it('is another one in another object, or as a value', async () => {
    const text =
      '{"holdId":"x","amount":"0","metadata":{"holdId":"holdId","amount":"{\\"amount\\":1,\\"amount\\":2}"}}';
    expect(await answerTo(holds, text)).toBe(`${amount} amount`);
  });
});

describe('a byte order mark', () => {
  it('is refused, because not every reader passes it over', async () => {
    for (const path of [accounts, holds, settle, '/v1/batch', '/v1/channels/reference/notifications']) {
      const reply = await service.ask<{ detail: string }>('POST', path, { text: '\ufeff{}' });
      expect([reply.status, reply.body.detail]).toEqual([400, 'body: the body begins with a byte order mark']);
    }
  });
});

describe('a body of more than a ledger asks for', () => {
  it.each<[string, string]>([
    ['4 million nested lists', deep(4_000_000)],
    ['8 million lists that never end', '['.repeat(8_000_000)],
    ['33 lists in one another', `{"operations":[${deep(31)}]}`],
    ['4 million numbers', `{"operations":[${'1,'.repeat(4_000_000)}1]}`],
    ['2 million empty objects', `{"operations":[${'{},'.repeat(2_000_000)}{}]}`],
    ['a member more than the largest batch has', `{"operations":[${'0,'.repeat(262_142)}0]}`],
    ['250 000 fields of one object', object(250_000)],
    ['250 000 fields of one operation', `{"operations":[${object(250_000)}]}`],
    ['250 000 texts of one hold', `{"operations":[{"op":"freeze","metadata":${object(250_000)}}]}`],
    ['33 texts of each hold in a batch', `{"operations":[${`{"metadata":${object(33)}},`.repeat(80)}0]}`],
    ['513 fields', object(513)],
  ])('is refused before it is parsed: %s', async (_, text) => {
    const parse = JSON.parse;
    const parsed: number[] = [];
    JSON.parse = (...given: Parameters<typeof parse>): unknown => {
      parsed.push(given[0].length);
      return parse(...given);
    };
    try {
      const paths = text.length < 16_000 ? ['/v1/batch', holds, settle] : ['/v1/batch'];
      for (const path of paths) expect(await answerTo(path, text)).toBe(invalid);
    } finally {
      JSON.parse = parse;
    }
    // Other than the answers, which this test reads.
    expect(parsed.filter((length) => length === text.length)).toEqual([]);
  });

  it('is nested as deep as any may be, or one deeper', async () => {
    const replies = [31, 30].map((depth) =>
      service.ask<{ detail: string }>('POST', '/v1/batch', { text: `{"operations":${deep(depth + 1)}}` }),
    );
    expect((await Promise.all(replies)).map(({ status, body }) => [status, body.detail])).toEqual([
      [400, 'body: the body is nested deeper than 32'],
      [200, undefined],
    ]);
  });
});

describe('a text that is no Unicode', () => {
  const half = '\\ud83d';

  it.each<[string, string, string]>([
    ['half of a character', `{"holdId":"x","amount":"1","metadata":{"a":"${half}"}}`, 'metadata.a'],
    ['the other half', '{"holdId":"x","amount":"1","metadata":{"a":"\\uDE00 and"}}', 'metadata.a'],
    ['the halves in the wrong order', `{"holdId":"x","amount":"1","metadata":{"a":"\\ude00${half}"}}`, 'metadata.a'],
    ['half of a character in a key', `{"holdId":"x","amount":"1","metadata":{"${half}":"a"}}`, 'metadata.\ufffd'],
    ['half of a character in an id', `{"holdId":"${half}","amount":"1"}`, 'holdId'],
  ])('is refused by name: %s', async (_, text, field) => {
    expect(await answerTo(holds, text)).toBe(`${invalid} ${field}`);
  });

  it.each<[string, readonly number[]]>([
    ['a byte that no text has', [0xff]],
    ['a character that breaks off', [0xe8, 0xb4]],
    ['half of a character as bytes', [0xed, 0xa0, 0x80]],
    ['a slash in two bytes', [0xc0, 0xaf]],
    ['a byte of Latin-1', [0xe9]],
  ])('is refused before it is read: %s', async (_, bytes) => {
    const body = (reason: Buffer): Buffer => Buffer.concat([Buffer.from('{"reason":"'), reason, Buffer.from('"}')]);
    expect(await answerTo(`${holds}/h/release`, body(Buffer.from(bytes)))).toBe(invalid);
  });

  it('is not what two halves in their order are', async () => {
    const quote = '/v1/accounts/acme/quotes';
    const whole = `{"product":"${half}\\ude00"}`;
    const said = await service.ask<{ detail: string }>('POST', quote, { text: whole });
    expect(said.body.detail).toBe('product: a product has 1 to 40 characters of a-z 0-9 -');
  });
});

describe('a body that is too large or of another kind', () => {
  const big = (bytes: number): string => `{"holdId":"${'x'.repeat(bytes)}"}`;

  it.each<[string, string, string, Headers, string]>([
    ['over 16 KiB', holds, big(16 * 1024), {}, '413 payload_too_large'],
    ['2 MiB', holds, big(2 * 1024 * 1024), {}, '413 payload_too_large'],
    ['2 MiB of white space', holds, ' '.repeat(2 * 1024 * 1024), {}, '413 payload_too_large'],
    ['a batch over 8 MiB', '/v1/batch', big(8 * 1024 * 1024), {}, '413 payload_too_large'],
    ['said to be large', holds, '{}', { 'content-length': '999999999' }, '413 payload_too_large'],
    ['text', holds, '{}', { 'content-type': 'text/plain' }, '415 unsupported_media_type'],
    ['a form', holds, 'a=1', { 'content-type': 'application/x-www-form-urlencoded' }, '415 unsupported_media_type'],
    ['parts', holds, '--x', { 'content-type': 'multipart/form-data; boundary=x' }, '415 unsupported_media_type'],
    ['almost JSON', holds, '{}', { 'content-type': 'application/jsonx' }, '415 unsupported_media_type'],
    ['XML', holds, '<a/>', { 'content-type': 'application/xml' }, '415 unsupported_media_type'],
    ['in GBK', holds, '{}', { 'content-type': 'application/json; charset=GBK' }, '415 unsupported_media_type'],
    ['in UTF-16', holds, '{}', { 'content-type': 'application/json;charset="utf-16"' }, '415 unsupported_media_type'],
    [
      'in two charsets',
      holds,
      '{}',
      { 'content-type': 'application/json; charset=utf-8; charset=latin1' },
      '415 unsupported_media_type',
    ],
    ['compressed', holds, '{}', { 'content-encoding': 'gzip' }, '415 unsupported_media_type'],
    ['of no kind', holds, '{}', { 'content-type': '' }, '415 unsupported_media_type'],
  ])('is refused: %s', async (_, path, text, headers, expected) => {
    expect(await answerTo(path, text, headers)).toBe(expected);
  });

  it('is not even read for a caller without a key', async () => {
    for (const text of [big(2 * 1024 * 1024), '{', '[]']) {
      const reply = await service.ask('POST', holds, { key: null, text });
      expect(said(reply.status, reply.headers['content-type'], reply.text)).toBe('401 unauthenticated');
    }
  });

  it('may say that it is UTF-8', async () => {
    for (const type of [
      'application/json; charset=utf-8',
      'Application/JSON;charset="UTF-8"',
      'application/json ; v=1',
    ]) {
      expect(await answerTo(holds, '{}', { 'content-type': type })).toBe(`${invalid} holdId`);
    }
  });

  it('may say that it is not compressed', async () => {
    expect(await answerTo(holds, '{}', { 'content-encoding': 'Identity' })).toBe(`${invalid} holdId`);
  });
});

describe('an amount', () => {
  it.each<[string, unknown]>([
    ['a number', 1],
    ['a decimal number', 0.85],
    ['zero as a number', 0],
    ['null', null],
    ['a list', ['1']],
    ['an object', { value: '1' }],
    ['true', true],
    ['nothing', ''],
    ['a space', ' '],
    ['spaces about it', ' 1 '],
    ['a line after it', '1\n'],
    ['19 digits', '1234567890123456789'],
    ['ten thousand digits', '1'.repeat(10_000)],
    ['9 decimals', '0.123456789'],
    ['9 decimals of nothing', '1.000000000'],
    ['a lower exponent', '1e5'],
    ['an upper exponent', '1E5'],
    ['a negative exponent', '1e-5'],
    ['a plus', '+1'],
    ['a minus', '-1'],
    ['minus nothing', '-0'],
    ['a leading zero', '01'],
    ['a leading point', '.5'],
    ['a trailing point', '1.'],
    ['two points', '1.2.3'],
    ['a comma', '1,5'],
    ['thousands', '1,000.00'],
    ['hexadecimal', '0x10'],
    ['NaN', 'NaN'],
    ['Infinity', 'Infinity'],
    ['a currency', '¥1'],
    ['full-width digits', '１２'],
    ['Arabic digits', '١'],
    ['nothing at all', '0'],
    ['nothing in decimals', '0.00'],
  ])('is refused: %s', async (_, value) => {
    const asked = [
      [holds, { holdId: 'x', amount: value }],
      [deposits, { depositId: 'x', amount: value }],
      ['/v1/accounts/acme/withdrawals', { withdrawalId: 'x', amount: value }],
    ] as const;
    for (const [path, body] of asked) expect(await answerTo(path, JSON.stringify(body))).toBe(`${amount} amount`);
  });

  it.each<[string, string, unknown, string]>([
    ['a settle of a number', settle, { outcome: 'match', amount: 1 }, `${amount} amount`],
    ['a settle of less than nothing', settle, { outcome: 'match', amount: '-1' }, `${amount} amount`],
    [
      'an adjustment by nothing',
      '/v1/accounts/acme/adjustments',
      { adjustmentId: 'a', amount: '-0.0', reason: 'r' },
      `${amount} amount`,
    ],
    ['a credit limit as a number', accounts, { accountId: 'x', creditLimit: 5 }, `${amount} creditLimit`],
    ['a negative credit limit', accounts, { accountId: 'x', creditLimit: '-5' }, `${amount} creditLimit`],
    ['a limit as a number', accounts, { accountId: 'x', limits: { frozen: 5 } }, `${amount} limits.frozen`],
    ['a limit of nothing', accounts, { accountId: 'x', limits: { dailySpend: '0' } }, `${amount} limits.dailySpend`],
    ['an amount and a field', holds, { holdId: 'x', amount: 1, note: 'y' }, `${invalid} amount`],
  ])('is named where it stands: %s', async (_, path, body, expected) => {
    expect(await answerTo(path, JSON.stringify(body))).toBe(expected);
  });
});

describe('a field', () => {
  const freeze = { holdId: 'x', amount: '1' };
  const priced = { holdId: 'x', product: 'face-verify' };
  const fail = `${holds}/h/fail`;
  const release = `${holds}/h/release`;
  const key = { name: 'k', scopes: ['auditor'] };
  const many = Object.fromEntries(Array.from({ length: 21 }, (_, n) => [`k${String(n)}`, 'v']));
  const six = Object.fromEntries(Array.from({ length: 6 }, (_, n) => [`k${String(n)}`, 'v']));
  const digest = `sha256:${'0'.repeat(64)}`;

  it.each<[string, string, unknown, string]>([
    ['no id', holds, { amount: '1' }, 'holdId'],
    ['an id as a number', holds, { holdId: 1, amount: '1' }, 'holdId'],
    ['an empty id', holds, { holdId: '', amount: '1' }, 'holdId'],
    ['an id of 65', holds, { holdId: 'x'.repeat(65), amount: '1' }, 'holdId'],
    ['an id of 15 000', holds, { holdId: 'x'.repeat(15_000), amount: '1' }, 'holdId'],
    ['an id of two points', holds, { holdId: '..', amount: '1' }, 'holdId'],
    ['an id of a point', accounts, { accountId: '.' }, 'accountId'],
    ['an id with a slash', accounts, { accountId: 'a/b' }, 'accountId'],
    ['an id with a space', accounts, { accountId: 'a b' }, 'accountId'],
    ['an id with a NUL', accounts, { accountId: 'a\u0000' }, 'accountId'],
    ['an id with a line', accounts, { accountId: 'a\n' }, 'accountId'],
    ['an id in another script', accounts, { accountId: '账户' }, 'accountId'],
    ['an unknown field', holds, { ...freeze, ammount: '2' }, 'ammount'],
    ['an unknown field far below', accounts, { accountId: 'x', limits: { holds: 1 } }, 'limits.holds'],
    ['an unknown field with slashes', holds, { ...freeze, 'a/b~c': 1 }, 'a~1b~0c'],
    ['product and amount', holds, { ...freeze, product: 'face-verify' }, 'product'],
    ['neither', holds, { holdId: 'x' }, 'product'],
    ['a product in capitals', holds, { holdId: 'x', product: 'Face' }, 'product'],
    ['no quantity', holds, { ...priced, quantity: 0 }, 'quantity'],
    ['half a unit', holds, { ...priced, quantity: 1.5 }, 'quantity'],
    ['a quantity as text', holds, { ...priced, quantity: '1' }, 'quantity'],
    ['a million and one', holds, { ...priced, quantity: 1_000_001 }, 'quantity'],
    ['a quantity of money', holds, { ...freeze, quantity: 1 }, 'quantity'],
    ['no life', holds, { ...freeze, ttlSeconds: 0 }, 'ttlSeconds'],
    ['a life over a month', holds, { ...freeze, ttlSeconds: 2_592_001 }, 'ttlSeconds'],
    ['a life as text', holds, { ...freeze, ttlSeconds: '60' }, 'ttlSeconds'],
    ['a life of half seconds', holds, { ...freeze, ttlSeconds: 1.5 }, 'ttlSeconds'],
    ['metadata as text', holds, { ...freeze, metadata: 'x' }, 'metadata'],
    ['metadata as a list', holds, { ...freeze, metadata: ['x'] }, 'metadata'],
    ['metadata of numbers', holds, { ...freeze, metadata: { a: 1 } }, 'metadata.a'],
    ['metadata below metadata', holds, { ...freeze, metadata: { a: { b: 'c' } } }, 'metadata.a'],
    ['too much metadata', holds, { ...freeze, metadata: many }, 'metadata'],
    ['metadata that is too long', holds, { ...freeze, metadata: { a: 'x'.repeat(501) } }, 'metadata.a'],
    ['a budget that is no id', holds, { ...freeze, budget: 'a b' }, 'budget'],
    ['no outcome', settle, {}, 'outcome'],
    ['another outcome', settle, { outcome: 'maybe' }, 'outcome'],
    ['a time without an offset', settle, { outcome: 'match', completedAt: '2026-01-01T00:00:00' }, 'completedAt'],
    ['a time as a number', settle, { outcome: 'match', completedAt: 1 }, 'completedAt'],
    ['a day that is not', settle, { outcome: 'match', completedAt: '2026-02-30T00:00:00Z' }, 'completedAt'],
    ['ten digits', settle, { outcome: 'match', completedAt: '2026-02-01T00:00:00.0000000001Z' }, 'completedAt'],
    ['a point without digits', settle, { outcome: 'match', completedAt: '2026-02-01T00:00:00.Z' }, 'completedAt'],
    ['a second that is not', settle, { outcome: 'match', completedAt: '2026-02-01T00:00:61Z' }, 'completedAt'],
    ['a time before 1970', settle, { outcome: 'match', completedAt: '1969-12-31T23:59:59Z' }, 'completedAt'],
    ['a time after 9999', settle, { outcome: 'match', completedAt: '9999-12-31T23:59:59-01:00' }, 'completedAt'],
    ['evidence without a digest', settle, { outcome: 'match', evidence: {} }, 'evidence.digest'],
    ['too much evidence', settle, { outcome: 'match', evidence: { digest, ...six } }, 'evidence'],
    ['no reason', release, {}, 'reason'],
    ['an empty reason', release, { reason: '' }, 'reason'],
    ['a reason of 201', release, { reason: 'x'.repeat(201) }, 'reason'],
    ['the reason that is the ledger’s', release, { reason: 'not-billable' }, 'reason'],
    ['no attempt', fail, { reason: 'r' }, 'attemptId'],
    ['another currency', accounts, { accountId: 'x', currency: 'EUR' }, 'currency'],
    ['a time zone that is not', accounts, { accountId: 'x', timeZone: 'Mars/Olympus' }, 'timeZone'],
    ['a start that is not', accounts, { accountId: 'x', agreementStart: '2026-02-30' }, 'agreementStart'],
    ['a start to come', accounts, { accountId: 'x', agreementStart: '2999-01-01' }, 'agreementStart'],
    ['a price book that is not', accounts, { accountId: 'x', priceBook: 'no-such-book' }, 'priceBook'],
    ['no open holds', accounts, { accountId: 'x', limits: { openHolds: 0 } }, 'limits.openHolds'],
    ['limits as a list', accounts, { accountId: 'x', limits: [] }, 'limits'],
    ['a scope that is not', '/v1/keys', { ...key, scopes: ['root'] }, 'scopes.0'],
    ['a scope twice', '/v1/keys', { ...key, scopes: ['auditor', 'auditor'] }, 'scopes'],
    ['no scope', '/v1/keys', { ...key, scopes: [] }, 'scopes'],
    ['no prefix', '/v1/keys', { ...key, accountPrefixes: [] }, 'accountPrefixes'],
    ['an empty prefix', '/v1/keys', { ...key, accountPrefixes: [''] }, 'accountPrefixes.0'],
    ['no operations', '/v1/batch', { operations: [] }, 'operations'],
    ['operations as an object', '/v1/batch', { operations: {} }, 'operations'],
    ['8193 operations', '/v1/batch', { operations: Array.from({ length: 8_193 }, () => 1) }, 'operations'],
  ])('is refused by name: %s', async (_, path, body, field) => {
    expect(await answerTo(path, JSON.stringify(body))).toBe(`${invalid} ${field}`);
  });

  it('is refused when it comes twice with a poisonous key, however it is spelt', async () => {
    expect(await answerTo(holds, '{"holdId":"x","holdId":"..","amount":"1"}')).toBe(`${invalid} holdId`);
  });
});
