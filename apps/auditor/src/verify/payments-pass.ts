import type { RecordedEvent } from '#application/ports';
import { accountOfStream, decodeUnmatchedEvent, PaymentsAudit, unmatchedStream } from '#domain';
import type { FindingKind } from '../finding.ts';
import { decodedOrNot } from './corrections-pass.ts';

type Place = Pick<RecordedEvent, 'stream' | 'revision'>;

/** Types of events that can bring an unmatched payment to an account, or say what one is compared with. */
const relevantTypes: ReadonlySet<string> = new Set([
  'account-opened.v1',
  'order-opened.v1',
  'order-paid.v1',
  'funds-deposited.v1',
]);

/** Unmatched payments: their stream in the first pass, the accounts that got them in a pass of its own. */
export class PaymentsPass {
  readonly #audit = new PaymentsAudit();
  readonly #report: (place: Place, kind: FindingKind, detail: string) => void;
  /** An event of the stream is missing or cannot be read: nothing after it is held against anybody. */
  #stopped = false;

  constructor(report: (place: Place, kind: FindingKind, detail: string) => void) {
    this.#report = report;
  }

  /** Whether there is anything to look for in accounts. */
  get needed(): boolean {
    return this.#audit.needed && !this.#stopped;
  }

  /**
   * The first pass met an event of the payments' stream.
   *
   * @param gap whether it does not stand where it must.
   */
  note(event: RecordedEvent, gap: boolean): void {
    this.#stopped ||= gap;
    if (this.#stopped) return;
    try {
      const decoded = decodeUnmatchedEvent(event.type, event.data);
      for (const { kind, detail } of this.#audit.follow(decoded, event.revision)) this.#report(event, kind, detail);
    } catch (error) {
      this.#stopped = true;
      this.#report(event, 'event-unreadable', String(error));
    }
  }

  follow(event: RecordedEvent): void {
    const accountId = accountOfStream(event.stream);
    if (accountId === undefined || !relevantTypes.has(event.type)) return;
    const decoded = decodedOrNot(event);
    const violation = decoded === undefined ? undefined : this.#audit.arrive(accountId, decoded);
    if (violation !== undefined) this.#report(event, violation.kind, violation.detail);
  }

  finish(): void {
    if (!this.needed) return;
    for (const { kind, detail, revision } of this.#audit.finish()) {
      this.#report({ stream: unmatchedStream, revision }, kind, detail);
    }
  }
}
