import { describe, expect, it } from '@jest/globals';
import { depositBody } from '#contract';
import { RequestRefused } from './request-refused.ts';
import { SchemaPipe } from './schema.pipe.ts';

describe('a pipe with a schema of the contract', () => {
  const pipe = new SchemaPipe(depositBody);

  it('gives what the schema makes of what was sent', () => {
    expect(pipe.transform({ depositId: 'd', amount: '1.50' })).toEqual({ depositId: 'd', amount: '1.50' });
  });

  it.each([
    [undefined, 'invalid_request', undefined],
    [{ depositId: 'd' }, 'invalid_amount', 'amount'],
    [{ depositId: 'd', amount: '1', more: true }, 'invalid_request', 'more'],
  ])('refuses %j with %s, which names its field', (sent, code, field) => {
    let refused: unknown;
    try {
      pipe.transform(sent);
    } catch (error) {
      refused = error;
    }
    expect(refused).toBeInstanceOf(RequestRefused);
    expect((refused as RequestRefused).problem).toMatchObject({ status: 400, code });
    expect((refused as RequestRefused).problem.field).toBe(field);
  });
});
