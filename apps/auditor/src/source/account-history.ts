import { accountStream, decodeEvent, evolve, initialState, type AccountEvent, type AccountState } from '#domain';
import type { RecordedEvent, StreamPage } from '#application/ports';
import type { Finding } from '../finding.ts';
import { NoSuchData } from './open-log.ts';
import { StreamChain } from './stream-chain.ts';

/** Streams of a log, as looking into one account needs them. */
export interface Streams {
  readStream(stream: string, from: number, limit: number): StreamPage | Promise<StreamPage>;
}

/** Events read at once. */
const pageEventsMax = 1_000;

/** One event of an account with the state that it leads to. */
export interface Step {
  readonly recorded: RecordedEvent;
  readonly event: AccountEvent;
  /** Changed in place by the next step. */
  readonly state: AccountState;
}

/**
 * Replays an account from its first event on, checking its chain. Ends at the first event that cannot be trusted.
 *
 * @param findings takes what is wrong with the history.
 * @param counts ends the replay before the first event for which it does not hold; told the state before that event.
 * @throws NoSuchData if there is no such account.
 */
export async function* historyOf(
  streams: Streams,
  accountId: string,
  findings: Finding[],
  counts: (event: AccountEvent, revision: number, state: AccountState) => boolean = () => true,
): AsyncGenerator<Step, void> {
  const stream = accountStream(accountId);
  const chain = new StreamChain();
  const state = initialState();
  for (let from = 0; ;) {
    const { events, head } = await streams.readStream(stream, from, pageEventsMax);
    if (head < 0) throw new NoSuchData(`there is no account ${accountId}`);
    for (const recorded of events) {
      const before = findings.length;
      chain.follow(recorded, (kind, detail) => {
        findings.push({ kind, stream, revision: recorded.revision, detail });
      });
      const event = findings.length === before ? decodeOne(recorded, findings) : undefined;
      if (event === undefined || !counts(event, recorded.revision, state)) return;
      if (!foldOne(state, recorded, event, findings)) return;
      yield { recorded, event, state };
    }
    from += events.length;
    if (events.length === 0 || from > head) return;
  }
}

function decodeOne({ stream, revision, type, data }: RecordedEvent, findings: Finding[]): AccountEvent | undefined {
  try {
    return decodeEvent(type, data);
  } catch (error) {
    findings.push({ kind: 'event-unreadable', stream, revision, detail: String(error) });
    return undefined;
  }
}

/** False if the event cannot have happened. */
function foldOne(
  state: AccountState,
  { stream, revision }: RecordedEvent,
  event: AccountEvent,
  findings: Finding[],
): boolean {
  try {
    evolve(state, event);
  } catch (error) {
    findings.push({ kind: 'fold-refuses', stream, revision, detail: String(error) });
    return false;
  }
  state.undo.commit();
  state.recentIds.forget(state.standing.revision);
  return true;
}
