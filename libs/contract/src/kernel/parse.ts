import type { z } from 'zod';
import { createProblem, type FieldError, type Problem } from '../problems/problems.ts';
import { amountError } from './fields.ts';
import { pointerPart } from './json.ts';

/** Most errors that a problem lists; more tell nobody more. */
const errorsListedMax = 20;

export type Parsed<Value> =
  { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly problem: Problem };

/**
 * Reads what a caller sent by its schema. The problem names every error by its pointer: `invalid_amount` if they are all
 * about amounts, else `invalid_request`.
 */
export function parse<Schema extends z.ZodType>(schema: Schema, sent: unknown): Parsed<z.output<Schema>> {
  const result = schema.safeParse(sent);
  if (result.success) return { ok: true, value: result.data };
  // Thousands may be wrong at once, and each costs what is made of it.
  const issues = result.error.issues.slice(0, errorsListedMax);
  const errors = issues.flatMap(listErrors).slice(0, errorsListedMax);
  const code = chooseCode(errors);
  const missing = new Set(issues.filter((issue) => isMissing(issue, sent)).map(({ path }) => toPointer(path)));
  return {
    ok: false,
    problem: createInvalidRequest(
      errors.map((error) => (missing.has(error.pointer) ? said(error) : error)),
      code,
    ),
  };
}

export function createInvalidRequest(errors: readonly FieldError[], code = chooseCode(errors)): Problem {
  const [first] = errors;
  const field = first?.pointer.slice(1).replaceAll('/', '.') ?? '';
  const detail = first === undefined ? undefined : `${field === '' ? 'body' : field}: ${first.detail}`;
  return createProblem(code, {
    ...(detail !== undefined && { detail }),
    ...(field !== '' && { field }),
    errors: errors,
  });
}

function chooseCode(errors: readonly FieldError[]): 'invalid_amount' | 'invalid_request' {
  return errors.every(({ detail }) => detail.startsWith(amountError)) ? 'invalid_amount' : 'invalid_request';
}

/** A value of the wrong kind that was not sent at all. Rules between fields say by themselves what they miss. */
function isMissing({ code, path }: z.core.$ZodIssue, sent: unknown): boolean {
  if (code === 'custom' || code === 'unrecognized_keys') return false;
  let value = sent;
  for (const part of path) value = (value as Readonly<Record<PropertyKey, unknown>> | null | undefined)?.[part];
  return value === undefined;
}

function said({ pointer, detail }: FieldError): FieldError {
  return { pointer, detail: `it is missing: ${detail}` };
}

function listErrors(issue: z.core.$ZodIssue): FieldError[] {
  const pointer = toPointer(issue.path);
  if (issue.code !== 'unrecognized_keys') return [{ pointer, detail: issue.message }];
  return issue.keys
    .slice(0, errorsListedMax)
    .map((key) => ({ pointer: `${pointer}${toPointer([key])}`, detail: 'unknown field' }));
}

/** Names of unknown fields come from the caller: they are cut, and cannot break out of the pointer. */
function toPointer(path: readonly PropertyKey[]): string {
  return path.map(pointerPart).join('');
}
