import { bounds, currencies } from '../kernel/bounds.ts';
import { formatMoney, parseMoney, validateAmount } from '../kernel/money.ts';
import { isCount, isRecord } from '../kernel/validation.ts';
import {
  isCanonicalSteps,
  type PackSize,
  type PriceBook,
  type PriceStep,
  type Product,
  unitsMax,
  validateSteps,
} from './price-book.ts';

const nameShape = /^[a-z0-9][a-z0-9-]{0,39}$/;

/** Highest version that a name can have: six digits. */
export const bookVersionMax = 999_999;

/** Most products of one book. */
export const bookProductsMax = 200;

/** Most packs of one family. */
export const packSizesMax = 100;

/** What is wrong with a field of a price book. */
export interface BookError {
  /** Path of names, from the book on. */
  readonly field: readonly string[];
  readonly why: string;
}

/**
 * The first error of a book that is to be published: names, version, currency, and of each product its counter, basis,
 * credential and table, whose prices are canonical and whose steps leave no gap and never overlap.
 */
export function validateBook(book: PriceBook): BookError | undefined {
  if (!isName(book.name)) return error(['name'], 'a name has 1 to 40 characters of a-z 0-9 -');
  if (!isCount(book.version, bookVersionMax)) return error(['version'], 'a version is a whole number from 1 to 999999');
  if (!currencies.includes(book.currency)) return error(['currency'], `a currency is one of ${currencies.join(' ')}`);
  const products: unknown = book.products;
  const names = isRecord(products) ? Object.keys(products) : [];
  if (names.length === 0 || names.length > bookProductsMax) {
    return error(['products'], `a price book has 1 to ${String(bookProductsMax)} products`);
  }
  for (const [name, product] of Object.entries(book.products)) {
    const found = validateProduct(name, product);
    if (found !== undefined) return error(['products', name, ...found.field], found.why);
  }
  if (book.public !== undefined && (book.public as unknown) !== true)
    return error(['public'], 'public is true or missing');
  return validatePacks(book.packs);
}

function validateProduct(
  name: string,
  { counter, basis, credentialSeconds, steps, packFamily }: Product,
): BookError | undefined {
  if (!isName(name)) return error([], 'a product has 1 to 40 characters of a-z 0-9 -');
  if (!isName(counter)) return error(['counter'], 'a counter has 1 to 40 characters of a-z 0-9 -');
  const bases: readonly string[] = ['completed', 'match'];
  if (!bases.includes(basis)) return error(['basis'], 'a basis is completed or match');
  if (credentialSeconds !== null && !isCount(credentialSeconds, bounds.ttlSecondsMax)) {
    return error(['credentialSeconds'], `a credential lives 1 to ${String(bounds.ttlSecondsMax)} seconds`);
  }
  if (packFamily !== null && !isName(packFamily))
    return error(['packFamily'], 'a family has 1 to 40 characters of a-z 0-9 -');
  return steps === null ? undefined : validateTable(steps);
}

function validateTable(steps: readonly PriceStep[]): BookError | undefined {
  const why = validateSteps(steps);
  if (why !== undefined) return error(['steps'], why);
  return isCanonicalSteps(steps) ? undefined : error(['steps'], 'a price is canonical here');
}

function validatePacks(packs: PriceBook['packs']): BookError | undefined {
  const given: unknown = packs;
  if (!isRecord(given)) return error(['packs'], 'packs are an object by family');
  for (const [family, sizes] of Object.entries(packs)) {
    if (!isName(family)) return error(['packs', family], 'a family has 1 to 40 characters of a-z 0-9 -');
    if (sizes.length === 0 || sizes.length > packSizesMax) {
      return error(['packs', family], `a family has 1 to ${String(packSizesMax)} packs`);
    }
    const different = new Set(sizes.map(({ units }) => units)).size === sizes.length;
    if (!different) return error(['packs', family], 'a family has one pack of each size');
    const at = sizes.findIndex((size) => validatePack(size) !== undefined);
    const size = sizes[at];
    if (size !== undefined) return error(['packs', family, String(at)], validatePack(size) ?? '');
  }
  return undefined;
}

function validatePack({ units, price, trial }: PackSize): string | undefined {
  if (!isCount(units, unitsMax)) return 'a pack has at least one unit';
  const why = validateAmount(price);
  if (why !== undefined) return why;
  if (formatMoney(parseMoney(price)) !== price) return 'a price is canonical here';
  const free = price === '0';
  return trial === free ? undefined : 'a trial pack costs nothing, and every other something';
}

function isName(value: unknown): boolean {
  return typeof value === 'string' && nameShape.test(value);
}

function error(field: readonly string[], why: string): BookError {
  return { field, why };
}
