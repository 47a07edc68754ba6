import type { RecordedEvent } from '#application/ports';
import {
  accountOfStream,
  ClaimsAudit,
  decodePaymentClaim,
  decodeUnmatchedEvent,
  isPaymentStream,
  paymentStream,
  unmatchedStream,
  type Violation,
} from '#domain';
import type { FindingKind } from '../finding.ts';
import { decodedOrNot } from './corrections-pass.ts';
import { UsedIdTable } from './used-ids.ts';

/** Types of events of accounts that say by what they were paid. */
const relevantTypes: ReadonlySet<string> = new Set(['order-opened.v1', 'order-paid.v1', 'funds-deposited.v1']);

/**
 * Payments over all accounts, in the first pass: whoever audits a partition of the accounts sees the others' events here as
 * well. Takes 12 to 24 bytes for each of the three keys of a payment and for each order.
 */
export class ClaimsPass {
  readonly #report: (event: RecordedEvent, kind: FindingKind, detail: string) => void;
  readonly #audit: ClaimsAudit;

  constructor(report: (event: RecordedEvent, kind: FindingKind, detail: string) => void) {
    this.#report = report;
    const keys = new UsedIdTable();
    this.#audit = new ClaimsAudit({
      note: (key) => keys.use('', key),
      has: (key) => keys.has('', key) === true,
    });
  }

  follow(event: RecordedEvent): void {
    const violation = this.#findViolation(event);
    if (violation !== undefined) this.#report(event, violation.kind, violation.detail);
  }

  #findViolation(event: RecordedEvent): Violation | undefined {
    if (isPaymentStream(event.stream)) return this.#claim(event);
    if (event.stream === unmatchedStream) return this.#assigned(event);
    const accountId = accountOfStream(event.stream);
    if (accountId === undefined || !relevantTypes.has(event.type)) return undefined;
    const decoded = decodedOrNot(event);
    return decoded === undefined ? undefined : this.#audit.arrive(accountId, decoded);
  }

  #claim(event: RecordedEvent): Violation | undefined {
    try {
      const claim = decodePaymentClaim(event.type, event.data);
      if (paymentStream(claim.channel, claim.transactionId) === event.stream) return this.#audit.claim(claim);
      return { kind: 'payment-claim-wrong', detail: 'it claims another transaction than that of its stream' };
    } catch (error) {
      this.#report(event, 'event-unreadable', String(error));
      return undefined;
    }
  }

  /** What cannot be read is told by the pass that follows this stream. */
  #assigned(event: RecordedEvent): Violation | undefined {
    if (event.type !== 'unmatched-payment-assigned.v1') return undefined;
    try {
      const { type, data } = decodeUnmatchedEvent(event.type, event.data);
      return type === 'unmatched-payment-assigned.v1' ? this.#audit.assigned(data) : undefined;
    } catch {
      return undefined;
    }
  }
}
