import { decodeEvent, evolve, initialState } from '#domain';
import type { RecordedEvent } from '#application/ports';
import { Findings, type FindingKind } from '../finding.ts';
import { StreamChain } from '../source/stream-chain.ts';

/** Why an event stops its account. */
export interface Stop {
  readonly kind: FindingKind;
  readonly reason: string;
}

/** One account as a service replays it: up to the first event that it cannot trust. */
export class FollowedAccount {
  /** After the last event that could be trusted. */
  readonly state = initialState();
  readonly #chain = new StreamChain();

  /** Judges the next event by its place, its hash, its text, and whether it can have happened; folds it if all is well. */
  follow(recorded: RecordedEvent): Stop | undefined {
    const findings = new Findings();
    this.#chain.follow(recorded, (kind, detail) => {
      findings.add({ kind, stream: recorded.stream, detail });
    });
    const [finding] = findings.kept;
    if (finding !== undefined) return { kind: finding.kind, reason: finding.detail };
    let kind: FindingKind = 'event-unreadable';
    try {
      const event = decodeEvent(recorded.type, recorded.data);
      kind = 'fold-refuses';
      evolve(this.state, event);
    } catch (error) {
      return { kind, reason: String(error) };
    }
    this.state.undo.commit();
    this.state.recentIds.forget(this.state.standing.revision);
    return undefined;
  }
}
