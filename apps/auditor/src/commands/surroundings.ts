import type { PriceBookShelf } from '#ledger';
import type { Output } from '#terminal';

/** Where a command line runs. */
export interface Surroundings extends Output {
  /** ms since 1970. */
  readonly now: () => number;
  readonly priceBooks?: PriceBookShelf;
  /** Connection string of the KurrentDB that may be audited; a secret. */
  readonly kurrentDbUrl?: string | undefined;
  /** Key of the scope `auditor` with which an export is written down; a secret. */
  readonly auditorKey?: string | undefined;
  /** What the names of its streams begin with where the command line does not say; default `holdfast`. */
  readonly namespace?: string | undefined;
}

/** What one command has at hand. */
export interface Desk {
  readonly surroundings: Surroundings;
  /** Writes one line. */
  readonly line: (text: string) => void;
  /** How much was found decides what the process ends with. */
  readonly ended: (found: number) => void;
}
