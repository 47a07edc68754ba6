import type { BatchResult, DepositReceipt, Hold, HoldStatus, Operation, Problem } from '#contract';
import { HoldNotOpen } from './errors.ts';

/** What the door of an operation answers. */
type AnswerTo<Op extends Operation> = Op extends { readonly op: 'deposit' } ? DepositReceipt : Hold;

/** What came of one operation of a batch. */
export type BatchOutcome<Op extends Operation = Operation> =
  | {
      readonly ok: true;
      readonly value: AnswerTo<Op>;
      readonly replayed: boolean;
      /** With a replayed freeze: what the hold is now. */
      readonly now: HoldStatus | undefined;
    }
  | { readonly ok: false; readonly problem: Problem };

/** The outcomes of a batch, each of the type that its operation has. */
export type BatchOutcomes<Operations extends readonly Operation[]> = {
  readonly [Index in keyof Operations]: BatchOutcome<Operations[Index]>;
};

export function outcomeOf({ status, body, replayed, now }: BatchResult): BatchOutcome {
  if (status >= 400) return { ok: false, problem: body as unknown as Problem };
  return { ok: true, value: body as unknown as Hold | DepositReceipt, replayed: replayed === true, now };
}

/**
 * The freezes of a batch that were carried out before and whose holds have ended since, as the errors that freezing them
 * one by one would have thrown. Ask this before verifying: their outcomes look like any other yes.
 */
export function holdsNotOpen(outcomes: readonly BatchOutcome[]): readonly HoldNotOpen[] {
  return outcomes.flatMap((outcome) => {
    if (!outcome.ok || outcome.now === undefined || outcome.now === 'open') return [];
    return [new HoldNotOpen(outcome.value as Hold, outcome.now)];
  });
}
