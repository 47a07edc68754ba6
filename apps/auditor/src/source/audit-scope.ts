import { accountOfStream, priceBooksStream } from '#domain';

/** One of the parts into which the accounts of a ledger are divided, so that each can be audited by a thread of its own. */
export interface Partition {
  /** From 0. */
  readonly number: number;
  /** How many there are. */
  readonly of: number;
}

/** All accounts. */
export const wholePartition: Partition = { number: 0, of: 1 };

/** Which streams an audit follows. */
export class AuditScope {
  /** Whether it looks at what belongs to no account, too: the log as such, checkpoints, payments, the filter of ids. */
  readonly isFirst: boolean;
  /** Whether accounts were left out because nobody asked for them. */
  readonly isChosen: boolean;
  /** Into how many partitions the accounts are divided. */
  readonly partitions: number;
  readonly #prefix: string;
  readonly #partition: Partition;

  /** @param prefix only accounts whose ids start with this; undefined: all, and all other streams. */
  constructor(prefix?: string, partition = wholePartition) {
    this.isFirst = partition.number === 0;
    this.isChosen = prefix !== undefined;
    this.partitions = partition.of;
    this.#prefix = prefix ?? '';
    this.#partition = partition;
  }

  hasAccount(accountId: string): boolean {
    const { number, of } = this.#partition;
    return accountId.startsWith(this.#prefix) && (of === 1 || partitionNumber(accountId, of) === number);
  }

  /** Those of its own, and price books: without them nothing could be said of the holds that are priced by them. */
  reads(stream: string): boolean {
    return stream === priceBooksStream || this.hasStream(stream);
  }

  hasStream(stream: string): boolean {
    const accountId = accountOfStream(stream);
    return accountId === undefined ? this.isFirst && !this.isChosen : this.hasAccount(accountId);
  }
}

function partitionNumber(accountId: string, partitions: number): number {
  let sum = 0;
  for (let index = 0; index < accountId.length; index += 1) {
    sum = (Math.imul(sum, 31) + accountId.charCodeAt(index)) >>> 0;
  }
  return sum % partitions;
}
