import type { Request } from '#application';
import { createProblem, linkedGroupMax, type Operation, operation, parse, type Problem, routes } from '#contract';
import type { Command } from '#domain';
import { deposit } from '../accounts/accounts.commands.ts';
import { fail, freeze, release, settle } from '../holds/holds.commands.ts';
import { foreignAccount, mayTouch, type RouteRequest, scopeMissing } from '../http/caller.ts';
import { requestFrom } from '../http/run-command.ts';

/** What of a batch is carried out together: one operation, a linked group, or nothing because of what is wrong with it. */
export type BatchUnit = { readonly size: number } & (
  | { readonly kind: 'single'; readonly accountId: string; readonly request: Request }
  | { readonly kind: 'linked'; readonly accountId: string; readonly requests: readonly Request[] }
  | { readonly kind: 'said'; readonly problems: readonly Problem[] }
);

/** Where a unit stands among the operations. */
export interface Span {
  readonly from: number;
  /** How many operations it has. */
  readonly size: number;
  /** Whether they are a linked group. */
  readonly linked: boolean;
}

/**
 * The units of a batch, those of one account one after the other: their lane then has several to write at once. Between
 * accounts there is no order to be kept.
 */
export function spansByAccount(operations: readonly unknown[]): readonly Span[] {
  const byAccount = new Map<unknown, Span[]>();
  const put = (span: Span): void => {
    const account = accountIn(operations[span.from]);
    const spans = byAccount.get(account) ?? [];
    spans.push(span);
    byAccount.set(account, spans);
  };
  for (let from = 0; from < operations.length;) {
    const run = runFrom(operations, from);
    if (run.linked) put({ from, size: run.size, linked: true });
    else for (let at = from; at < from + run.size; at += 1) put({ from: at, size: 1, linked: false });
    from += run.size;
  }
  return [...byAccount.values()].flat();
}

/** Whatever stands there, since nothing has been checked yet. */
function accountIn(sent: unknown): unknown {
  return typeof sent === 'object' && sent !== null && 'accountId' in sent ? sent.accountId : undefined;
}

/** Reads what stands at a place of a batch. */
export function unitAt(request: RouteRequest, operations: readonly unknown[], span: Span): BatchUnit {
  const { from, size } = span;
  return span.linked ? linked(request, operations.slice(from, from + size)) : single(request, operations[from]);
}

/**
 * The run that begins at `from`: one operation that says it is not linked, or all that follow up to the next that does.
 * What is no object, and a `linked` that is neither true nor false, could have been meant as a link: it ends no group,
 * or what stands before and after it would be carried out in pieces. By itself it makes no group either.
 */
function runFrom(operations: readonly unknown[], from: number): { readonly size: number; readonly linked: boolean } {
  let end = from;
  let named = false;
  for (; end < operations.length; end += 1) {
    const link = readLink(operations[end]);
    if (link === 'none') break;
    named ||= link === 'named';
  }
  return { size: Math.max(1, end - from), linked: named };
}

/** Whether an operation is linked: `named` by its `linked`, whatever that is but false, or `unreadable`. */
function readLink(sent: unknown): 'none' | 'named' | 'unreadable' {
  if (typeof sent !== 'object' || sent === null || Array.isArray(sent)) return 'unreadable';
  return 'linked' in sent && sent.linked !== false ? 'named' : 'none';
}

function single(request: RouteRequest, sent: unknown): BatchUnit {
  const read = readOperation(request, sent);
  if ('problem' in read) return { kind: 'said', size: 1, problems: [read.problem] };
  return { kind: 'single', size: 1, accountId: read.accountId, request: read.request };
}

function linked(request: RouteRequest, sent: readonly unknown[]): BatchUnit {
  const size = sent.length;
  if (size > linkedGroupMax) {
    const detail = `a linked group has at most ${String(linkedGroupMax)} operations`;
    return { kind: 'said', size, problems: sent.map(() => createProblem('linked_group_too_large', { detail })) };
  }
  const read = sent.map((one) => readOperation(request, one));
  const failed = createProblem('linked_operation_failed');
  const whole = read.filter((one) => 'request' in one);
  if (whole.length < size) {
    return { kind: 'said', size, problems: read.map((one) => ('problem' in one ? one.problem : failed)) };
  }
  const accountId = whole[0]?.accountId ?? '';
  if (whole.some((one) => one.accountId !== accountId)) {
    const detail = 'the operations of a linked group are all on one account';
    return {
      kind: 'said',
      size,
      problems: sent.map(() => createProblem('invalid_request', { detail, field: 'accountId' })),
    };
  }
  return { kind: 'linked', size, accountId, requests: whole.map((one) => one.request) };
}

type OperationRead = { readonly accountId: string; readonly request: Request } | { readonly problem: Problem };

/** What the route of the operation would have said before the ledger was asked; the keys' scopes are those of the routes. */
function readOperation(request: RouteRequest, sent: unknown): OperationRead {
  const parsed = parse(operation, sent);
  if (!parsed.ok) return { problem: parsed.problem };
  const { op, accountId } = parsed.value;
  const missing = scopeMissing(request.caller, routes[op].scopes);
  if (missing !== undefined) return { problem: missing };
  if (!mayTouch(request.caller, accountId)) return { problem: foreignAccount() };
  return { accountId, request: requestFrom(request, toCommand(parsed.value)) };
}

function toCommand(asked: Operation): Command {
  switch (asked.op) {
    case 'freeze':
      return freeze(asked);
    case 'settle':
      return settle(asked.holdId, asked);
    case 'fail':
      return fail(asked.holdId, asked);
    case 'release':
      return release(asked.holdId, asked);
    case 'deposit':
      return deposit(asked);
  }
}
