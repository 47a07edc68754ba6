import type { Hold, HoldStatus, Problem, ProblemCode } from '#contract';

const standardMembers: ReadonlySet<string> = new Set([
  'type',
  'title',
  'status',
  'detail',
  'instance',
  'code',
  'field',
  'errors',
]);

/** Codes after which nobody knows whether the request took effect. */
const outcomeUnknown: readonly ProblemCode[] = ['store_unavailable', 'internal_error'];

/**
 * The service said no. What to do about it is told by `code`; a code that may pass by itself has been retried until the
 * call's deadline.
 */
export class HoldfastProblem extends Error {
  override readonly name = 'HoldfastProblem';
  readonly code: ProblemCode;
  /** The HTTP status. */
  readonly status: number;
  /** The field of the request that it is about, if it is about one. */
  readonly field: string | undefined;
  /** What the code brings along, e.g. `available`, `frozen`, `required` with `insufficient_available_balance`. */
  readonly facts: Readonly<Record<string, unknown>>;
  /** All of it, as it was sent. */
  readonly problem: Problem;
  /** Whether the request may have taken effect all the same: by this code, or in an earlier try that got no answer. */
  readonly mayHaveHappened: boolean;

  constructor(problem: Problem, earlierTryLost = false) {
    super(`${problem.code}: ${problem.detail}`);
    this.code = problem.code;
    this.status = problem.status;
    this.field = problem.field;
    this.facts = Object.fromEntries(Object.entries(problem).filter(([name]) => !standardMembers.has(name)));
    this.problem = problem;
    this.mayHaveHappened = earlierTryLost || outcomeUnknown.includes(problem.code);
  }
}

/**
 * No answer came within the call's deadline. The request may have taken effect; sending it again, with the same ids and
 * the same content, is safe and tells.
 */
export class HoldfastUnreachable extends Error {
  override readonly name = 'HoldfastUnreachable';
  readonly tries: number;

  constructor(tries: number, cause: unknown) {
    super(`no answer after ${tries === 1 ? '1 try' : `${String(tries)} tries`}: ${readReason(cause)}`, { cause });
    this.tries = tries;
  }
}

/**
 * Something answered, but not as the service does: another content type, no JSON, an unknown code, too many bytes. The
 * address may be wrong, or a proxy may have spoken. The request may have taken effect.
 */
export class UnexpectedAnswer extends Error {
  override readonly name = 'UnexpectedAnswer';
  /** The HTTP status. */
  readonly status: number;

  constructor(status: number, why: string) {
    super(`HTTP ${String(status)}: ${why}`);
    this.status = status;
  }
}

/**
 * The freeze was carried out before, and its hold has ended since. Nothing is set aside any more: whoever verifies now
 * verifies for nothing. A new verification takes a new hold id.
 */
export class HoldNotOpen extends Error {
  override readonly name = 'HoldNotOpen';
  readonly accountId: string;
  readonly holdId: string;
  /** What the hold is now. */
  readonly status: Exclude<HoldStatus, 'open'>;

  constructor({ accountId, holdId }: Pick<Hold, 'accountId' | 'holdId'>, status: Exclude<HoldStatus, 'open'>) {
    super(`hold ${holdId} of account ${accountId} is ${status}`);
    this.accountId = accountId;
    this.holdId = holdId;
    this.status = status;
  }
}

/** fetch says "fetch failed" and hides the reason in the cause. */
function readReason(thrown: unknown): string {
  const { cause, message } = (thrown ?? {}) as { cause?: unknown; message?: unknown };
  if (cause !== undefined) return readReason(cause);
  const { code } = (thrown ?? {}) as { code?: unknown };
  if (typeof message === 'string' && message !== '') return message;
  return typeof code === 'string' ? code : String(thrown);
}
