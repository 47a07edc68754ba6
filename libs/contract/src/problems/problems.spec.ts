import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import type { UnavailableCode } from '#application';
import {
  createProblem,
  everyRouteProblems,
  isProblemCode,
  type ProblemCode,
  problems,
  type Route,
  routes,
} from '#contract';
import { type RefusalCode, refusalCodes } from '#domain';

/** Fails to compile when the ledger can say what the routes have no problem for. */
const saidByTheLedger = (code: RefusalCode | UnavailableCode): ProblemCode => code;

const readText = (name: string): string => readFileSync(new URL(`../../../../${name}`, import.meta.url), 'utf8');

describe('the catalogue of problems', () => {
  it('has every refusal of the domain', () => {
    expect(refusalCodes.filter((code) => !isProblemCode(saidByTheLedger(code)))).toEqual([]);
  });

  it('names no problem that no route can say, apart from unknown paths', () => {
    const said = new Set<ProblemCode>(everyRouteProblems);
    for (const route of Object.values<Route>(routes)) for (const code of route.problems) said.add(code);
    // Members of a batch carry these in their own results; an unknown path has no route.
    // What an account says of a payment that it does not take is kept with it as the reason.
    const reasons = ['order_closed', 'order_already_paid', 'deposit_already_recorded'];
    const elsewhere = [
      'linked_group_too_large',
      'linked_operation_failed',
      'not_found',
      'method_not_allowed',
      ...reasons,
    ];
    expect(Object.keys(problems).filter((code) => !said.has(code as ProblemCode))).toEqual(
      expect.arrayContaining(elsewhere),
    );
    expect(Object.keys(problems).filter((code) => !said.has(code as ProblemCode))).toHaveLength(elsewhere.length);
  });

  it('says more in the detail of each than in its title, also where nothing of the case is known', () => {
    const codes = Object.keys(problems) as ProblemCode[];
    for (const code of codes) {
      const { title, detail } = createProblem(code);
      expect([code, detail.toLowerCase() === title.toLowerCase()]).toEqual([code, false]);
      expect(detail.length).toBeGreaterThan(20);
    }
    expect(new Set(codes.map((code) => createProblem(code).detail)).size).toBe(codes.length);
    expect(createProblem('budget_exceeded', { limit: '50', left: '1.5', field: 'budget' }).detail).toMatch(
      /\(limit: 50, left: 1\.5\)$/,
    );
  });

  it('is documented, problem by problem, and the document names no other', () => {
    const rows = [...readText('docs/problems.md').matchAll(/^\| `(\w+)` +\| (\d{3}) /gm)];
    const documented = rows.map(([, code, status]) => [code, Number(status)]);
    expect(documented).toEqual(Object.entries(problems).map(([code, { status }]) => [code, status]));
  });

  it('gives a problem with its facts beside the code', () => {
    const problem = createProblem('insufficient_available_balance', { detail: 'too little', available: '0.5' });
    expect(problem).toMatchObject({ status: 402, detail: 'too little', available: '0.5' });
  });
});
