import { type RecordedEvent, type StreamPage, UntrustedEvent, verifiedHistory } from '#application/ports';
import { type AccountEvent, type AccountState, accountStream, evolve, initialState } from '#domain';
import type { Finding } from '../finding.ts';
import { NoSuchData } from './open-log.ts';

/** Streams of a log, as looking into one account needs them. */
export interface Streams {
  readStream(stream: string, from: number, limit: number): StreamPage | Promise<StreamPage>;
}

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
export async function* readHistory(
  streams: Streams,
  accountId: string,
  findings: Finding[],
  counts: (event: AccountEvent, revision: number, state: AccountState) => boolean = () => true,
): AsyncGenerator<Step, void> {
  const state = initialState();
  let isThere = false;
  try {
    for await (const page of verifiedHistory(streams, accountId)) {
      for (const { recorded, event } of page) {
        isThere = true;
        if (!counts(event, recorded.revision, state)) return;
        if (!foldOne(state, recorded, event, findings)) return;
        yield { recorded, event, state };
      }
    }
  } catch (error) {
    if (!(error instanceof UntrustedEvent)) throw error;
    const { kind, revision, detail } = error;
    findings.push({ kind, stream: accountStream(accountId), revision, detail });
    return;
  }
  if (!isThere) throw new NoSuchData(`there is no account ${accountId}`);
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
  state.recentIds.forget(state.summary.revision);
  return true;
}
