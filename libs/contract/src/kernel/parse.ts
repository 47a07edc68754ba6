import type { z } from 'zod';
import { type Fault, type Problem, problemOf } from '../problems/problems.ts';
import { amountFault } from './fields.ts';
import { pointerPart } from './json.ts';

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
  // Thousands may be wrong at once, and each costs what is made of it.
  const issues = result.error.issues.slice(0, faultsListedMax);
  const faults = issues.flatMap(faultsOf).slice(0, faultsListedMax);
  const code = codeOf(faults);
  const missing = new Set(issues.filter((issue) => isMissing(issue, sent)).map(({ path }) => pointerOf(path)));
  return {
    ok: false,
    problem: problemOfFaults(
      faults.map((fault) => (missing.has(fault.pointer) ? said(fault) : fault)),
      code,
    ),
  };
}

export function problemOfFaults(faults: readonly Fault[], code = codeOf(faults)): Problem {
  const [first] = faults;
  const field = first?.pointer.slice(1).replaceAll('/', '.') ?? '';
  const detail = first === undefined ? undefined : `${field === '' ? 'body' : field}: ${first.detail}`;
  return problemOf(code, {
    ...(detail !== undefined && { detail }),
    ...(field !== '' && { field }),
    errors: faults,
  });
}

function codeOf(faults: readonly Fault[]): 'invalid_amount' | 'invalid_request' {
  return faults.every(({ detail }) => detail.startsWith(amountFault)) ? 'invalid_amount' : 'invalid_request';
}

/** A value of the wrong kind that was not sent at all. Rules between fields say by themselves what they miss. */
function isMissing({ code, path }: z.core.$ZodIssue, sent: unknown): boolean {
  if (code === 'custom' || code === 'unrecognized_keys') return false;
  let value = sent;
  for (const part of path) value = (value as Readonly<Record<PropertyKey, unknown>> | null | undefined)?.[part];
  return value === undefined;
}

function said({ pointer, detail }: Fault): Fault {
  return { pointer, detail: `it is missing: ${detail}` };
}

function faultsOf(issue: z.core.$ZodIssue): Fault[] {
  const pointer = pointerOf(issue.path);
  if (issue.code !== 'unrecognized_keys') return [{ pointer, detail: issue.message }];
  return issue.keys
    .slice(0, faultsListedMax)
    .map((key) => ({ pointer: `${pointer}${pointerOf([key])}`, detail: 'unknown field' }));
}

/** Names of unknown fields come from the caller: they are cut, and cannot break out of the pointer. */
function pointerOf(path: readonly PropertyKey[]): string {
  return path.map(pointerPart).join('');
}
