import type { RecordedEvent } from '#application/ports';
import { type AccountEvent, correctedBy, CorrectionsAudit, decodeEvent } from '#domain';
import type { FindingKind } from '../finding.ts';

/**
 * The holds and deposits that were corrected, followed from their beginning in a pass of their own: the first pass does
 * not know yet which those will be, and a charge can be refunded years later.
 */
export class CorrectionsPass {
  /** What was refunded or reversed, by stream. */
  readonly #corrected = new Map<string, Set<string>>();
  readonly #audits = new Map<string, CorrectionsAudit>();
  readonly #report: (event: RecordedEvent, kind: FindingKind, detail: string) => void;

  constructor(report: (event: RecordedEvent, kind: FindingKind, detail: string) => void) {
    this.#report = report;
  }

  /** Whether there is anything to follow. */
  get needed(): boolean {
    return this.#corrected.size > 0;
  }

  /** The first pass met an event. */
  note(stream: string, event: AccountEvent): void {
    const key = correctedBy(event);
    if (key === undefined) return;
    const corrected = this.#corrected.get(stream) ?? new Set();
    this.#corrected.set(stream, corrected.add(key));
  }

  follow(event: RecordedEvent): void {
    const corrected = this.#corrected.get(event.stream);
    const decoded = corrected === undefined ? undefined : decodedOrNot(event);
    if (corrected === undefined || decoded === undefined) return;
    const audit = this.#audits.get(event.stream) ?? new CorrectionsAudit(corrected);
    this.#audits.set(event.stream, audit);
    for (const { kind, detail } of audit.follow(decoded)) this.#report(event, kind, detail);
  }
}

/** Undefined if it cannot be read; the first pass has said so. */
export function decodedOrNot({ type, data }: RecordedEvent): AccountEvent | undefined {
  try {
    return decodeEvent(type, data);
  } catch {
    return undefined;
  }
}
