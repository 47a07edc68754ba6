import type { BatchResult, DepositReceipt, Hold, Operation, Problem } from '#contract';
import { HoldNotOpen } from './errors.ts';

/** What the route of an operation answers. */
type AnswerTo<Op extends Operation> = Op extends { readonly op: 'deposit' } ? DepositReceipt : Hold;

/** What came of one operation of a batch. */
export type BatchOutcome<Op extends Operation = Operation> =
  | { readonly ok: true; readonly value: AnswerTo<Op>; readonly replayed: boolean }
  | { readonly ok: false; readonly problem: Problem; readonly notOpen?: undefined }
  /** A freeze that was carried out before and whose hold has ended since: nobody verifies on it. */
  | { readonly ok: false; readonly problem?: undefined; readonly notOpen: HoldNotOpen };

/** The outcomes of a batch, each of the type that its operation has. */
export type BatchOutcomes<Operations extends readonly Operation[]> = {
  readonly [Index in keyof Operations]: BatchOutcome<Operations[Index]>;
};

export function readOutcome({ status, body, replayed, now }: BatchResult): BatchOutcome {
  if (status >= 400) return { ok: false, problem: body as unknown as Problem };
  if (now !== undefined && now !== 'open') return { ok: false, notOpen: new HoldNotOpen(body as unknown as Hold, now) };
  return { ok: true, value: body as unknown as Hold | DepositReceipt, replayed: replayed === true };
}
