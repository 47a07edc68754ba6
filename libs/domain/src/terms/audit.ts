import type { AccountOpened } from '../account/events.ts';
import { checkCredit, checkUncollected, type Figures } from '../core/audit-figures.ts';
import type { Violation } from '../core/violation.ts';
import type { ChargeUncollected } from '../holds/events.ts';
import { defaults } from '../kernel/bounds.ts';
import { isSame } from '../kernel/json-equality.ts';
import { type Money, parseMoney } from '../kernel/money.ts';
import { bookName, type PriceBooks, type PriceTable, priceTable, type Tariff } from '../pricing/price-book.ts';
import type { AccountLimits, AgreedTerms, RequestedTerms, TermsChanged } from './events.ts';

/** The terms of one account as its events state them, and the price tables that were agreed with it. */
export class AgreedPrices {
  #terms: AgreedTerms | undefined;
  readonly #tables = new Map<string, PriceTable>();
  #current = new Map<string, PriceTable>();
  readonly #priceBooks: PriceBooks;

  constructor(priceBooks: PriceBooks) {
    this.#priceBooks = priceBooks;
  }

  get priceBook(): string | null {
    return this.#terms?.priceBook ?? null;
  }

  get creditLimit(): Money {
    return parseMoney(this.#terms?.creditLimit ?? '0');
  }

  /** See the functions of these names. */
  checkCredit(balance: Figures, what: string): Violation | undefined {
    return checkCredit(balance, this.creditLimit, what);
  }

  checkUncollected(balance: Figures, event: ChargeUncollected, charge: Money | undefined): Violation | undefined {
    return checkUncollected(balance, this.creditLimit, event, charge);
  }

  get terms(): AgreedTerms | undefined {
    return this.#terms;
  }

  get limits(): AccountLimits | undefined {
    return this.#terms?.limits;
  }

  open({ priceBook, creditLimit, limits, metadata }: AccountOpened): void {
    const warnings = { availableBelow: null, packPercentBelow: null, packExpiresWithinDays: null };
    const statementConvention = 'calendar';
    this.#terms = { priceBook, overrides: {}, creditLimit, limits, warnings, statementConvention, metadata };
  }

  /** The table that a product of the account's book is priced by at present; undefined if there is none. */
  tableFor(product: string): PriceTable | undefined {
    const own = this.#current.get(product);
    if (own !== undefined || this.priceBook === null) return own;
    return this.#priceBooks.tariff(this.priceBook, product)?.table ?? undefined;
  }

  tariff(book: string, product: string): Tariff | undefined {
    return this.#priceBooks.tariff(book, product);
  }

  /** A table that is in a book or was ever agreed with the account. */
  table(hash: string): PriceTable | undefined {
    return this.#tables.get(hash) ?? this.#priceBooks.table(hash);
  }

  /** What is wrong with a change of terms; undefined if nothing is. */
  change({ requested, terms }: TermsChanged): Violation | undefined {
    const before = this.#terms;
    this.#terms = terms;
    this.#current = new Map(Object.entries(terms.overrides).map(([product, steps]) => [product, priceTable(steps)]));
    for (const table of this.#current.values()) this.#tables.set(table.hash, table);
    if (before === undefined) return undefined;
    const field = otherField(before, requested, terms);
    if (field !== undefined) return { kind: 'terms-invalid', detail: `${field} is not what was asked for` };
    return this.#checkBook(requested.priceBook, terms.priceBook);
  }

  #checkBook(asked: string | null | undefined, pinned: string | null): Violation | undefined {
    if (asked === undefined || asked === pinned) return undefined;
    const known = pinned !== null && this.#priceBooks.pin(pinned) === pinned;
    if (known && asked !== null && asked === bookName(pinned)) return undefined;
    return { kind: 'terms-invalid', detail: `${String(pinned)} is not the price book ${String(asked)}` };
  }
}

/** The first term that is not as it was, changed by what was asked. */
function otherField(before: AgreedTerms, asked: RequestedTerms, after: AgreedTerms): string | undefined {
  const all = Object.entries({ ...before.overrides, ...asked.overrides });
  const overrides = Object.fromEntries(all.filter(([, steps]) => steps !== null));
  const limits = { ...before.limits, ...asked.limits };
  const expected = {
    priceBook: asked.priceBook === undefined ? before.priceBook : after.priceBook,
    creditLimit: before.creditLimit,
    statementConvention: before.statementConvention,
    metadata: before.metadata,
    ...Object.fromEntries(Object.entries(asked).filter(([name]) => name !== 'priceBook')),
    overrides,
    limits: { ...limits, openHolds: limits.openHolds ?? defaults.openHoldsMax },
    warnings: { ...before.warnings, ...asked.warnings },
  };
  const fields = Object.keys(expected) as (keyof AgreedTerms)[];
  return fields.find((name) => !isSame(expected[name], after[name]));
}
