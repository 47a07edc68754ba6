import { callForValue, command } from './methods.ts';

/** Resource packs. */
export const packs = {
  /** Buys a resource pack, grants one with a reason, or takes one to try. Scope `operator`. */
  take: command('acquirePack'),
  /** Lists the packs of an account in the order in which they came, as of now. */
  list: callForValue('listPacks'),
  /** Gives the money of a pack back to available, and ends the pack. Scope `operator`. */
  refund: command('refundPack'),
};
