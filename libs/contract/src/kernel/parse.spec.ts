import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { freezeBody, parse, type Route, routes } from '#contract';

describe('what is wrong with a body', () => {
  const problemWith = (body: unknown): unknown => {
    const parsed = parse(freezeBody, body);
    return parsed.ok ? undefined : [parsed.problem.code, parsed.problem.field];
  };

  it.each<[string, unknown, unknown]>([
    ['a number for an amount', { holdId: 'h', amount: 1 }, ['invalid_amount', 'amount']],
    ['an exponent', { holdId: 'h', amount: '1e5' }, ['invalid_amount', 'amount']],
    ['19 digits', { holdId: 'h', amount: '1234567890123456789' }, ['invalid_amount', 'amount']],
    ['nine decimals', { holdId: 'h', amount: '0.000000001' }, ['invalid_amount', 'amount']],
    ['a leading zero', { holdId: 'h', amount: '01' }, ['invalid_amount', 'amount']],
    ['a sign', { holdId: 'h', amount: '-1' }, ['invalid_amount', 'amount']],
    ['nothing to freeze', { holdId: 'h', amount: '0.00' }, ['invalid_amount', 'amount']],
    ['no id', { amount: '1' }, ['invalid_request', 'holdId']],
    ['an id of 65 characters', { holdId: 'h'.repeat(65), amount: '1' }, ['invalid_request', 'holdId']],
    ['an id that climbs', { holdId: '..', amount: '1' }, ['invalid_request', 'holdId']],
    ['neither product nor amount', { holdId: 'h' }, ['invalid_request', 'product']],
    ['product and amount', { holdId: 'h', product: 'p', amount: '1' }, ['invalid_request', 'product']],
    ['a quantity of money', { holdId: 'h', amount: '1', quantity: 2 }, ['invalid_request', 'quantity']],
    ['half a unit', { holdId: 'h', product: 'p', quantity: 0.5 }, ['invalid_request', 'quantity']],
    ['an unknown field', { holdId: 'h', amount: '1', ammount: '2' }, ['invalid_request', 'ammount']],
    ['a list', [], ['invalid_request', undefined]],
    ['nothing', undefined, ['invalid_request', undefined]],
    ['metadata that is no text', { holdId: 'h', amount: '1', metadata: { a: 1 } }, ['invalid_request', 'metadata.a']],
    ['a life of zero', { holdId: 'h', amount: '1', ttlSeconds: 0 }, ['invalid_request', 'ttlSeconds']],
  ])('names the field: %s', (_, body, expected) => {
    expect(problemWith(body)).toEqual(expected);
  });

  it.each(
    Object.entries<Route>(routes).flatMap(([name, { body, query }]) =>
      [body, query].flatMap((schema) => (schema === undefined ? [] : [[name, schema] as const])),
    ),
  )('says that a field is missing where it is: %s', (_, schema) => {
    const missing = parse(schema, {});
    if (missing.ok) return;
    const required = (z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as { required?: string[] })
      .required;
    for (const field of required ?? []) {
      const error = missing.problem.errors?.find(({ pointer }) => pointer === `/${field}`);
      expect([field, error?.detail]).toEqual([field, expect.stringMatching(/^it is missing: /)]);
      const empty = parse(schema, { [field]: null });
      const wrong = empty.ok ? undefined : empty.problem.errors?.find(({ pointer }) => pointer === `/${field}`);
      expect([field, wrong?.detail]).not.toEqual([field, expect.stringContaining('missing')]);
    }
    const nothing = parse(schema, undefined);
    expect(nothing.ok ? '' : nothing.problem.detail).toMatch(/^body: it is missing: /);
  });

  it('lists few of many unknown fields', () => {
    const many = Object.fromEntries(Array.from({ length: 100_000 }, (_, n) => [`${'x'.repeat(60)}${String(n)}`, n]));
    const parsed = parse(freezeBody, { ...many, holdId: 'h', amount: '1' });
    expect(parsed.ok ? [] : parsed.problem.errors).toHaveLength(20);
    expect(JSON.stringify(parsed).length).toBeLessThan(8_000);
  });

  it('takes what is within bounds as it stands', () => {
    const body = { holdId: 'h', product: 'face-verify', quantity: 1_000_000, ttlSeconds: 2_592_000 };
    expect(parse(freezeBody, body)).toEqual({ ok: true, value: body });
  });
});
