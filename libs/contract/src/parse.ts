import type { z } from 'zod';
import { amountFault } from './fields.ts';
import { pointerPart } from './json.ts';
import { problemOf, type Fault, type Problem } from './problems.ts';

/** Most faults that a problem lists; more tell nobody more. */
const faultsListedMax = 20;

export type Parsed<Value> =
  { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly problem: Problem };

/**
 * Reads what a caller sent by its schema. The problem names every fault by its pointer: `invalid_amount` if they are all
 * about amounts, else `invalid_request`.
 */
export function parse<Schema extends z.ZodType>(schema: Schema, sent: unknown): Parsed<z.output<Schema>> {
  const result = schema.safeParse(sent);
  if (result.success) return { ok: true, value: result.data };
  const faults = result.error.issues.flatMap(faultsOf).slice(0, faultsListedMax);
  return { ok: false, problem: problemOfFaults(faults) };
}

export function problemOfFaults(faults: readonly Fault[]): Problem {
  const [first] = faults;
  const code = faults.every(({ detail }) => detail.startsWith(amountFault)) ? 'invalid_amount' : 'invalid_request';
  const field = first?.pointer.slice(1).replaceAll('/', '.') ?? '';
  const detail = first === undefined ? undefined : `${field === '' ? 'body' : field}: ${first.detail}`;
  return problemOf(code, {
    ...(detail !== undefined && { detail }),
    ...(field !== '' && { field }),
    errors: faults,
  });
}

function faultsOf(issue: z.core.$ZodIssue): Fault[] {
  const pointer = pointerOf(issue.path);
  if (issue.code !== 'unrecognized_keys') return [{ pointer, detail: issue.message }];
  return issue.keys.map((key) => ({ pointer: `${pointer}${pointerOf([key])}`, detail: 'unknown field' }));
}

/** Names of unknown fields come from the caller: they are cut, and cannot break out of the pointer. */
function pointerOf(path: readonly PropertyKey[]): string {
  return path.map(pointerPart).join('');
}
