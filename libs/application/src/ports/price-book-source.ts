import type { PackOffer, PriceBook, PriceBooks, PriceTable, Tariff } from '#domain';

/** A book or table is not known here, though an account rests on it: another process published it. */
export class UnknownPrices extends Error {
  override readonly name = 'UnknownPrices';

  /** Whether it is known by now. */
  readonly knownNow: () => boolean;

  constructor(what: string, knownNow: () => boolean) {
    super(`${what} is not known`);
    this.knownNow = knownNow;
  }
}

/** The price books of this ledger. */
export abstract class PriceBookSource implements PriceBooks {
  /** All versions of all books. */
  abstract readonly books: readonly PriceBook[];
  abstract pin(asked: string): string | undefined;
  /** @throws UnknownPrices if there is no such book, as far as is known. */
  abstract tariff(book: string, product: string): Tariff | undefined;
  abstract pack(book: string, family: string, units: number): PackOffer | undefined;
  abstract hasPackFamily(book: string, family: string): boolean;
  /** @throws UnknownPrices if no book has it, as far as is known. */
  abstract table(hash: string): PriceTable | undefined;
  /**
   * Learns what was published since.
   *
   * @throws EventStoreError
   */
  abstract refresh(): Promise<void>;
}
