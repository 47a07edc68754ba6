import type { PriceBookCatalog } from '#domain';
import type { Environment } from '#runtime';
import type { Output } from '#terminal';

/** Where a command line runs. */
export interface CliDependencies extends Output {
  /** ms since 1970. */
  readonly now: () => number;
  readonly priceBooks?: PriceBookCatalog;
  /** Variables as the service has them; some hold secrets. Default: none is set. */
  readonly environment?: Environment;
}

/** What one command has at hand. */
export interface CliContext {
  readonly dependencies: CliDependencies;
  /** Writes one line. */
  readonly line: (text: string) => void;
  /** How much was found decides what the process ends with. */
  readonly ended: (found: number) => void;
}
