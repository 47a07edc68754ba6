import { hash } from 'node:crypto';
import { formatMoney, type Money, parseMoney, validateAmount } from '../kernel/money.ts';

/** A step of a graduated price table as it is published: `upTo` is its last unit, `null` on the last step. */
export interface PriceStep {
  readonly upTo: number | null;
  readonly price: string;
}

/** What a verification costs, as it is published. */
export interface Product {
  /** The counter of units that moves this product along its table; products may share one. */
  readonly counter: string;
  /** `completed`: match and mismatch are both charged. `match`: only a match is. */
  readonly basis: 'completed' | 'match';
  /** How long the credential that a freeze pays for can be used; a priced hold must not end before it. */
  readonly credentialSeconds: number | null;
  /** Steps from the first unit on; `null` where the price is negotiated and must be agreed with the account first. */
  readonly steps: readonly PriceStep[] | null;
  /** Family of the resource packs whose units pay for it; null if none do. */
  readonly packFamily: string | null;
}

/** A resource pack that a book sells. */
export interface PackSize {
  readonly units: number;
  /** For all units. */
  readonly price: string;
  /** It costs nothing and can be taken once per account and family. */
  readonly trial: boolean;
}

/** One version of a price book, which never changes; see `validateBook` for its bounds. */
export interface PriceBook {
  readonly name: string;
  readonly version: number;
  readonly currency: string;
  readonly products: Readonly<Record<string, Product>>;
  /** Resource packs by family. */
  readonly packs: Readonly<Record<string, readonly PackSize[]>>;
  /** Whoever may only see some accounts sees it, too. Missing: not. */
  readonly public?: true;
}

/** A pack as an account can get it. */
export interface PackOffer {
  /** `name@version`. */
  readonly book: string;
  readonly price: Money;
  readonly trial: boolean;
}

/** A step ready for computing: units `after + 1` to `upTo` cost `price` each. */
export interface Tier {
  readonly after: number;
  /** `Infinity` on the last. */
  readonly upTo: number;
  readonly price: Money;
}

/** A price table ready for computing. */
export interface PriceTable {
  /**
   * Names the table where it is stored: the first 128 bits of the SHA-256 of its canonical text, 32 lower-case hex digits.
   * It only chooses among tables that the log has in full, in published books and agreed terms, each under the whole hash
   * of its event. Two of them with one name would have to be made on purpose, in 2^64 steps, by somebody who may set both
   * prices: so nothing looks for that.
   */
  readonly hash: string;
  readonly tiers: readonly [Tier, ...Tier[]];
  /** Prices never rise from one tier to the next. */
  readonly neverRises: boolean;
}

/** What an account's freeze is priced by. */
export interface Tariff {
  /** `name@version`. */
  readonly book: string;
  readonly product: Product;
  /** Null where the price has not been agreed. */
  readonly table: PriceTable | null;
}

/** The price books that exist, as the domain model needs them. */
export interface PriceBooks {
  /** `name@version` of a book asked for by `name` (its newest version) or `name@version`; undefined if there is none. */
  pin(asked: string): string | undefined;
  /** The tariff of a product in a pinned book; undefined if the book does not have the product. */
  tariff(book: string, product: string): Tariff | undefined;
  /** The pack of so many units of a family in a pinned book, for sale or as trial; undefined if the book has none. */
  pack(book: string, family: string, units: number): PackOffer | undefined;
  /** Whether units of a pack family can pay for anything in a pinned book. */
  hasPackFamily(book: string, family: string): boolean;
  /** A table by its hash; undefined if no book has it. */
  table(hash: string): PriceTable | undefined;
}

/** The name in a pinned `name@version`; no name has an `@` in it. */
export function bookName(pinned: string): string {
  return pinned.slice(0, pinned.lastIndexOf('@'));
}

const hashDigits = 32;

/** Most tiers of one table. */
export const tiersMax = 100;

/** Most units that a tier boundary may name. */
export const unitsMax = 1_000_000_000_000;

/** What is wrong with a table's steps; undefined if nothing is. */
export function validateSteps(steps: readonly PriceStep[]): string | undefined {
  if (steps.length === 0 || steps.length > tiersMax) return `a price table has 1 to ${String(tiersMax)} steps`;
  let after = 0;
  for (const [index, step] of steps.entries()) {
    const error = validateAmount(step.price);
    if (error !== undefined) return `step ${String(index + 1)}: ${error}`;
    const last = index === steps.length - 1;
    if (last !== (step.upTo === null)) return 'only the last step of a price table is open-ended, and it always is';
    if (step.upTo === null) continue;
    if (!Number.isSafeInteger(step.upTo) || step.upTo <= after || step.upTo > unitsMax) {
      return `step ${String(index + 1)}: it ends after the step before it, at a whole number of units`;
    }
    after = step.upTo;
  }
  return undefined;
}

/** Whether the prices of sound steps are written in the one way in which they are stored and hashed. */
export function isCanonicalSteps(steps: readonly PriceStep[]): boolean {
  return steps.every(({ price }) => formatMoney(parseMoney(price)) === price);
}

/** Prepares a published table for computing. */
export function priceTable(steps: readonly PriceStep[]): PriceTable {
  const error = validateSteps(steps);
  if (error !== undefined) throw new RangeError(error);
  const tiers: Tier[] = [];
  for (const step of steps) {
    tiers.push({ after: tiers.at(-1)?.upTo ?? 0, upTo: step.upTo ?? Infinity, price: parseMoney(step.price) });
  }
  const [first, ...rest] = tiers;
  if (first === undefined) throw new RangeError('a price table has at least one step');
  const neverRises = tiers.every((tier, index) => index === 0 || tier.price <= (tiers[index - 1]?.price ?? tier.price));
  return {
    hash: hash('sha256', canonicalSteps(steps), 'hex').slice(0, hashDigits),
    tiers: [first, ...rest],
    neverRises,
  };
}

/** One text for one table: `upTo:price` for each step, the open end written as `*`. */
function canonicalSteps(steps: readonly PriceStep[]): string {
  return steps.map((step) => `${step.upTo === null ? '*' : String(step.upTo)}:${step.price}`).join(' ');
}

/** Price books, each by name and version: a version, once here, never changes. */
export class PriceBookCatalog implements PriceBooks {
  readonly #newest = new Map<string, number>();
  readonly #tariffs = new Map<string, Map<string, Tariff>>();
  readonly #tables = new Map<string, PriceTable>();
  /** By book, family and units. */
  readonly #packs = new Map<string, PackOffer>();
  readonly #books: PriceBook[] = [];

  constructor(books: readonly PriceBook[]) {
    for (const book of books) this.add(book);
  }

  get books(): readonly PriceBook[] {
    return this.#books;
  }

  pin(asked: string): string | undefined {
    const newest = this.#newest.get(asked);
    if (newest !== undefined) return `${asked}@${String(newest)}`;
    return this.#tariffs.has(asked) ? asked : undefined;
  }

  tariff(book: string, product: string): Tariff | undefined {
    return this.#tariffs.get(book)?.get(product);
  }

  pack(book: string, family: string, units: number): PackOffer | undefined {
    return this.#packs.get(`${book} ${family} ${String(units)}`);
  }

  hasPackFamily(book: string, family: string): boolean {
    const tariffs = this.#tariffs.get(book)?.values() ?? [];
    return [...tariffs].some(({ product }) => product.packFamily === family);
  }

  table(tableHash: string): PriceTable | undefined {
    return this.#tables.get(tableHash);
  }

  add(book: PriceBook): void {
    this.#books.push(book);
    const id = `${book.name}@${String(book.version)}`;
    const tariffs = new Map<string, Tariff>();
    for (const [name, product] of Object.entries(book.products)) {
      const table = product.steps === null ? null : priceTable(product.steps);
      if (table !== null) this.#tables.set(table.hash, table);
      tariffs.set(name, { book: id, product, table });
    }
    this.#tariffs.set(id, tariffs);
    for (const [family, sizes] of Object.entries(book.packs)) {
      for (const { units, price, trial } of sizes) {
        this.#packs.set(`${id} ${family} ${String(units)}`, { book: id, price: parseMoney(price), trial });
      }
    }
    this.#newest.set(book.name, Math.max(book.version, this.#newest.get(book.name) ?? 0));
  }
}

/**
 * The version that was pinned and its bare name are one content, whichever of them was asked for first.
 *
 * A bare name stands for the newest version of the moment of first use. If the version was named then, the event does
 * not tell whether it was the newest; to ask the books of today would change the answer on the day a version is
 * published. So the bare name counts as the version that the account has, which the answer names.
 */
export function samePriceBook(asked: string | null, pinned: string | null): boolean {
  if (asked === null || pinned === null) return asked === pinned;
  return asked === pinned || asked === bookName(pinned);
}

declare module '../core/decision.ts' {
  interface DecisionContext {
    readonly priceBooks: PriceBooks;
  }
}
