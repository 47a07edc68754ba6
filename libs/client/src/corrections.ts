import { command } from './methods.ts';

/** What takes back what was right when it happened. Scope `operator`. */
export const corrections = {
  /** Gives back money of a charge, in total at most what was charged. */
  refund: command('refund'),
  /** Takes a deposit back, all that is left of it without an amount. */
  reverseDeposit: command('reverseDeposit'),
};
