import type { RecordedEvent } from '#application/ports';
import { type AccountEvent, accountOfStream, decodeEvent } from '#domain';
import type { Findings } from '../finding.ts';
import { StreamChain } from './stream-chain.ts';

interface FollowedStream {
  readonly chain: StreamChain;
  /** Something in it cannot be trusted: nothing after it is used. */
  stopped: boolean;
}

/** Follows many streams and tells which events of accounts can be trusted, up to the first of each that cannot. */
export class TrustedEvents {
  readonly #streams = new Map<string, FollowedStream>();
  readonly #findings: Findings;

  constructor(findings: Findings) {
    this.#findings = findings;
  }

  /** Undefined if the event is no account's, or it or one before it cannot be trusted. */
  take(recorded: RecordedEvent): AccountEvent | undefined {
    const { stream, revision, type, data } = recorded;
    const followed = this.#ensureStream(stream);
    if (followed.stopped) return undefined;
    const before = this.#findings.count;
    followed.chain.follow(recorded, (kind, detail) => {
      this.#findings.add({ kind, stream, revision, detail });
    });
    followed.stopped = this.#findings.count > before;
    if (followed.stopped || accountOfStream(stream) === undefined) return undefined;
    try {
      return decodeEvent(type, data);
    } catch (error) {
      followed.stopped = true;
      this.#findings.add({ kind: 'event-unreadable', stream, revision, detail: String(error) });
      return undefined;
    }
  }

  #ensureStream(stream: string): FollowedStream {
    const known = this.#streams.get(stream);
    if (known !== undefined) return known;
    const followed = { chain: new StreamChain(), stopped: false };
    this.#streams.set(stream, followed);
    return followed;
  }
}
