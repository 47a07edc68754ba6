import type { Pack, PackList, PackRefund, RefundPackBody, TakePackBody } from '#contract';
import type { CallOptions, Done, Doors } from './doors.ts';
import type { PageQuery } from './page-query.ts';

/** The doors to resource packs, one method each. */
export class PackDoors {
  readonly #doors: Doors;

  constructor(doors: Doors) {
    this.#doors = doors;
  }

  /** Buys a resource pack, grants one with a reason, or takes one to try. Scope `operator`. */
  take(accountId: string, body: TakePackBody, options?: CallOptions): Promise<Done<Pack>> {
    return this.#doors.command('takePack', { accountId }, body, options);
  }

  /** Lists the packs of an account in the order in which they came, as of now. */
  list(accountId: string, query: PageQuery = {}, options?: CallOptions): Promise<PackList> {
    return this.#doors.read('listPacks', { accountId }, { ...query }, options);
  }

  /** Gives the money of a pack back to available, and ends the pack. Scope `operator`. */
  refund(accountId: string, packId: string, body: RefundPackBody, options?: CallOptions): Promise<Done<PackRefund>> {
    return this.#doors.command('refundPack', { accountId, packId }, body, options);
  }
}
