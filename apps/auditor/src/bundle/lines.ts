import { type PriceBook, validateAmount } from '#domain';
import type { InclusionProof } from '#proofs';
import type { Funds } from '../source/period-accounts.ts';

/*
 * The lines of a bundle, in the order in which their kinds come, without the checksum that each ends with.
 * docs/bundle-format.md describes them for whoever writes another verifier.
 */

export const bundleFormat = 'holdfast-bundle-2';

export interface BundleLine {
  readonly kind: 'bundle';
  /** A reader refuses all but {@link bundleFormat}. */
  readonly format: string;
  /** RFC 3339. */
  readonly exportedAt: string;
  /** Beginnings of account ids; null: all accounts, and every other stream as well. */
  readonly accounts: readonly string[] | null;
  /** ms since 1970: events of accounts before it are left out; null: none. */
  readonly from: number | null;
  /** ms since 1970: events of accounts from it on are left out; null: none. */
  readonly until: number | null;
  /** The events are at most so many; null: not known beforehand. */
  readonly eventsMax: number | null;
  /** After how many events of the whole ledger the heads are those of a checkpoint. */
  readonly marks: readonly number[];
}

export interface PriceBookLine {
  readonly kind: 'price-book';
  readonly book: PriceBook;
}

export interface ProofLine extends InclusionProof {
  readonly kind: 'proof';
  readonly checkpoint: number;
  readonly stream: string;
  readonly revision: number;
  readonly hash: string;
}

export interface StartLine extends Funds {
  readonly kind: 'start';
  readonly stream: string;
  readonly revision: number;
  readonly hash: string;
}

export interface EventLine {
  readonly kind: 'event';
  /** 0, 1, 2 … in the order of the whole ledger. */
  readonly place: number;
  readonly stream: string;
  readonly revision: number;
  readonly type: string;
  readonly data: string;
  readonly metadata: string;
  readonly hash: string;
  readonly id: string;
  readonly recordedAt: number;
}

export interface HeadLine {
  readonly kind: 'head';
  readonly stream: string;
  readonly revision: number;
  readonly hash: string;
  /** Null where it is no account. */
  readonly available: string | null;
  readonly frozen: string | null;
}

/** How many lines there are of each kind. */
export interface LineCounts {
  readonly priceBooks: number;
  readonly proofs: number;
  readonly starts: number;
  readonly events: number;
  readonly heads: number;
}

export interface ManifestLine extends LineCounts {
  readonly kind: 'manifest';
  /** SHA-256 of all bytes before this line. */
  readonly sha256: string;
}

/** A line that an audit sees: the manifest is compared by whoever reads it. */
export type AuditedLine = BundleLine | PriceBookLine | ProofLine | StartLine | EventLine | HeadLine;

export type Line = AuditedLine | ManifestLine;

/** Every field with what it may be; `?` marks those that may be null. */
const fieldsByKind: Readonly<Record<Line['kind'], Readonly<Record<string, string>>>> = {
  bundle: {
    format: 'text',
    exportedAt: 'text',
    accounts: 'texts?',
    from: 'count?',
    until: 'count?',
    eventsMax: 'count?',
    marks: 'counts',
  },
  'price-book': { book: 'object' },
  proof: {
    checkpoint: 'count',
    stream: 'text',
    revision: 'count',
    hash: 'text',
    index: 'count',
    size: 'count',
    path: 'texts',
  },
  start: { stream: 'text', revision: 'count', hash: 'text', available: 'amount', frozen: 'amount' },
  event: {
    place: 'count',
    stream: 'text',
    revision: 'count',
    type: 'text',
    data: 'text',
    metadata: 'text',
    hash: 'text',
    id: 'text',
    recordedAt: 'count',
  },
  head: { stream: 'text', revision: 'count', hash: 'text', available: 'text?', frozen: 'text?' },
  manifest: { priceBooks: 'count', proofs: 'count', starts: 'count', events: 'count', heads: 'count', sha256: 'text' },
};

export const kinds = Object.keys(fieldsByKind) as readonly Line['kind'][];

const counted: Readonly<Partial<Record<Line['kind'], keyof LineCounts>>> = {
  'price-book': 'priceBooks',
  proof: 'proofs',
  start: 'starts',
  event: 'events',
  head: 'heads',
};

/** As what the manifest counts a line; undefined if it does not. */
export function readCountName({ kind }: Line): keyof LineCounts | undefined {
  return counted[kind];
}

/** The line that a text with its checksum is; undefined if it is none, or is not written as a bundle writes it. */
export function parseLine(text: string): Line | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null || !('kind' in value)) return undefined;
  const { kind, ...rest } = value;
  const fields = kinds.includes(kind as Line['kind']) ? fieldsByKind[kind as Line['kind']] : undefined;
  if (fields === undefined) return undefined;
  const names = Object.keys(rest);
  const wanted = [...Object.keys(fields), 'crc'];
  if (names.length !== wanted.length || !names.every((name, index) => name === wanted[index])) return undefined;
  const right = names.every((name) => hasShape(fields[name] ?? 'text', (rest as Record<string, unknown>)[name]));
  return right ? (value as Line) : undefined;
}

function hasShape(shape: string, value: unknown): boolean {
  if (shape.endsWith('?') && value === null) return true;
  switch (shape.replace('?', '')) {
    case 'text':
      return typeof value === 'string';
    case 'amount':
      return validateAmount(value, 'signed') === undefined;
    case 'count':
      return Number.isSafeInteger(value);
    case 'texts':
      return Array.isArray(value) && value.every((one) => typeof one === 'string');
    case 'counts':
      return Array.isArray(value) && value.every((one) => Number.isSafeInteger(one));
    default:
      return typeof value === 'object' && value !== null;
  }
}
