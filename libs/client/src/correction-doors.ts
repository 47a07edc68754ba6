import type { RefundBody, RefundReceipt, ReversalBody, ReversalReceipt } from '#contract';
import type { CallOptions, Done, Doors } from './doors.ts';

/** The doors that take back what was right when it happened, one method each. Scope `operator`. */
export class CorrectionDoors {
  readonly #doors: Doors;

  constructor(doors: Doors) {
    this.#doors = doors;
  }

  /** Gives back money of a charge, in total at most what was charged. */
  refund(accountId: string, holdId: string, body: RefundBody, options?: CallOptions): Promise<Done<RefundReceipt>> {
    return this.#doors.command('refund', { accountId, holdId }, body, options);
  }

  /** Takes a deposit back, all that is left of it without an amount. */
  reverseDeposit(
    accountId: string,
    depositId: string,
    body: ReversalBody,
    options?: CallOptions,
  ): Promise<Done<ReversalReceipt>> {
    return this.#doors.command('reverseDeposit', { accountId, depositId }, body, options);
  }
}
