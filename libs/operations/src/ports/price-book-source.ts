import type { PackOffer, PriceBook, PriceBooks, Tariff, PriceTable } from '#ledger';

/** The price books of this ledger. */
export abstract class PriceBookSource implements PriceBooks {
  /** All versions of all books. */
  abstract readonly books: readonly PriceBook[];
  abstract pin(asked: string): string | undefined;
  abstract tariff(book: string, product: string): Tariff | undefined;
  abstract pack(book: string, family: string, units: number): PackOffer | undefined;
  abstract hasPackFamily(book: string, family: string): boolean;
  abstract table(hash: string): PriceTable | undefined;
}
