import type { RecordedEvent } from '#application/ports';
import { chainHash, chainStart, eventIdFromHash } from '#domain';
import type { FindingKind } from '../finding.ts';

/** Follows one stream's revisions and hashes. */
export class StreamChain {
  #revision = -1;
  /** The hash that the last event has, and the one that it should have. */
  #stored: string | undefined = chainStart;
  #recomputed: string | undefined = chainStart;

  /** @param after the event that the first one follows, where the stream is not at hand from its beginning. */
  constructor(after?: { readonly revision: number; readonly hash: string }) {
    if (after === undefined) return;
    this.#revision = after.revision;
    this.#stored = after.hash;
    this.#recomputed = after.hash;
  }

  /** Revision of the last event. */
  get revision(): number {
    return this.#revision;
  }

  /** Of the last event, as it is stored. */
  get hash(): string | undefined {
    return this.#stored;
  }

  /** What is wrong with the place or hash of the next event. */
  follow(event: RecordedEvent, report: (kind: FindingKind, detail: string) => void): void {
    const next = this.#revision + 1;
    if (event.revision !== next) {
      report('revision-gap', `revision ${String(event.revision)}, where ${String(next)} is the next`);
      // The event before it is not there: its own hash can no longer be worked out.
      this.#stored = undefined;
      this.#recomputed = undefined;
    }
    this.#recomputed = this.#checkHash(event, report);
    this.#revision = event.revision;
    this.#stored = event.hash;
    if (event.id !== eventIdFromHash(event.hash))
      report('event-id-wrong', `${event.id} is not made from ${event.hash}`);
  }

  /** Where a stored hash was changed, the next event still fits the one that it should be. */
  #checkHash(event: RecordedEvent, report: (kind: FindingKind, detail: string) => void): string | undefined {
    if (this.#stored === undefined) return undefined;
    const hash = hashAfter(this.#stored, event);
    if (hash === event.hash) return hash;
    if (this.#recomputed !== undefined && this.#recomputed !== this.#stored) {
      const other = hashAfter(this.#recomputed, event);
      if (other === event.hash) return other;
    }
    report('hash-wrong', `${hash} by its texts, ${event.hash} as it is stored`);
    return hash;
  }
}

function hashAfter(previous: string, { stream, revision, type, data, metadata }: RecordedEvent): string {
  return chainHash(previous, stream, revision, type, data, metadata);
}
