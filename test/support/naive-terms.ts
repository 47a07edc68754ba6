import type { NaiveCommand, NaiveTerms } from './naive-commands.ts';
import { naiveBooks, type NaiveProduct } from './naive-prices.ts';

type Change = Extract<NaiveCommand, { kind: 'terms' }>;

/** What is agreed with the account of the naive model: its terms, and prices of its own by product. */
export class NaiveAgreement {
  terms: NaiveTerms;
  readonly #prices = new Map<string, NaiveProduct['steps']>();
  readonly #changes: Change[] = [];

  constructor(terms: NaiveTerms) {
    this.terms = terms;
  }

  product(name: string): NaiveProduct | undefined {
    const inBook = naiveBooks[this.terms.book ?? '']?.[name];
    const steps = this.#prices.get(name);
    return inBook === undefined || steps === undefined ? inBook : { ...inBook, steps };
  }

  /** Null: its id was never used for terms. */
  again(change: Change): string | null {
    const before = this.#changes.find(({ id }) => id === change.id);
    if (before === undefined) return null;
    const terms = ['book', 'overrides', 'creditLimit', 'dailySpend', 'reason'] as const;
    const other = terms.find((term) => JSON.stringify(before[term]) !== JSON.stringify(change[term]));
    if (other === undefined) return 'replayed';
    const field = other === 'book' ? 'priceBook' : other;
    return `idempotency_conflict ${field === 'dailySpend' ? 'limits' : field}`;
  }

  change(change: Change): string {
    const { book, overrides = {}, creditLimit, dailySpend } = change;
    if (typeof book === 'string' && naiveBooks[book] === undefined) return 'invalid_request priceBook';
    const after = { ...this.terms, ...(book !== undefined && { book }) };
    for (const [name, steps] of Object.entries(overrides)) {
      const known = naiveBooks[after.book ?? '']?.[name] !== undefined;
      if (steps !== null && !known) return `unknown_product overrides.${name}`;
    }
    for (const [name, steps] of Object.entries(overrides)) {
      if (steps === null) this.#prices.delete(name);
      if (steps !== null) this.#prices.set(name, steps);
    }
    this.terms = {
      ...after,
      ...(creditLimit !== undefined && { creditLimit }),
      ...(dailySpend !== undefined && { dailySpend }),
    };
    this.#changes.push(change);
    return 'accepted';
  }
}
