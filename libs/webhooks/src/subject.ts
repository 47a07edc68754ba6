import type { RecordedEvent } from '#application';
import { accountOfStream, accountStream } from '#domain';

/** Events of the ledger itself, of one stream: an endpoint gets them only if it names their type. */
export interface LedgerEvents {
  readonly stream: string;
  /** What is sent as the data of one that was asked for: JSON. May fail, and is then tried again. */
  readData(event: RecordedEvent): Promise<string>;
}

/** No id of an account has it. */
const ledgerMark = '*';

/** Whose events wait for one another: an account's, by its id, or those of the ledger itself. */
export function toSubject(stream: string, ledger: LedgerEvents): string | undefined {
  return accountOfStream(stream) ?? (stream === ledger.stream ? `${ledgerMark}${stream}` : undefined);
}

export function isOfLedger(subject: string): boolean {
  return subject.startsWith(ledgerMark);
}

export function toStream(subject: string): string {
  return isOfLedger(subject) ? subject.slice(ledgerMark.length) : accountStream(subject);
}
