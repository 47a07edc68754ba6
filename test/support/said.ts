import { expect } from '@jest/globals';

/** `status code field` of a problem that is one in every respect. */
export function said(status: number, type: unknown, text: string): string {
  expect(type).toMatch(/^application\/problem\+json/);
  const problem = JSON.parse(text) as Readonly<Record<string, unknown>>;
  expect(problem).toMatchObject({ status, type: `urn:holdfast:problem:${String(problem['code'])}` });
  expect(problem['instance']).toMatch(/^urn:holdfast:request:/);
  expect([typeof problem['title'], typeof problem['detail']]).toEqual(['string', 'string']);
  // Nothing of the inside, and nothing at length of what was sent.
  expect(text).not.toMatch(/\bat .*\.(ts|js)|node_modules|\/libs\//);
  expect(text.length).toBeLessThan(8_000);
  return [status, problem['code'], ...(problem['field'] === undefined ? [] : [problem['field']])].join(' ');
}
