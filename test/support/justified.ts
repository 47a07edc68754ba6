import { isDeepStrictEqual } from 'node:util';
import { type Done, holdAnswer, timeText } from '#application';
import {
  type AccountEvent,
  type AccountState,
  decide,
  type Decision,
  holdStatus,
  isDue,
  nothingOlder,
  PriceBookCatalog,
  sweep,
} from '#domain';
import { testBooks } from './account-driver.ts';
import { type Call, showState } from './history.ts';
import { testZones } from './zones.ts';

/**
 * How an answer is explained by a state.
 *
 * - `done`: the event that follows it is what the command comes to in it.
 * - `answered`: the command comes to that answer in it, without any event.
 * - `seen`: it shows what was seen.
 */
export type Justice = 'done' | 'answered' | 'seen';

const priceBooks = new PriceBookCatalog(testBooks);

/** Whether a state explains a call's answer. `following` is the event that comes next in the log. */
export function justified(
  justice: Justice,
  call: Call,
  state: AccountState,
  following: AccountEvent | undefined,
): boolean {
  switch (justice) {
    case 'seen':
      return shows(call, state);
    case 'done':
      return following !== undefined && comesTo(call, state, following);
    case 'answered':
      return call.walls.some((wall) => answers(call, decisionAt(call, state, wall)));
  }
}

/** The time that a lane decides at when its clock shows `wall`; the clock never went back, so it told nobody a later one. */
function nowAt(state: AccountState, wall: number): number {
  return Math.max(wall, state.summary.lastAt);
}

/** Undefined: something is due, so nothing is decided in this state. */
function decisionAt({ command, operator }: Call, state: AccountState, wall: number): Decision | undefined {
  const now = nowAt(state, wall);
  if (command === null || isDue(state, now)) return undefined;
  return decide(state, command, { now, wallClock: wall, operator, priceBooks, known: nothingOlder, zones: testZones });
}

function shows({ seen, walls }: Call, state: AccountState): boolean {
  if (seen === undefined || !walls.some((wall) => nowAt(state, wall) === seen.now)) return false;
  const mark = state.undo.mark();
  sweep(state, seen.now, Number.POSITIVE_INFINITY);
  const shown = showState(state);
  state.undo.rollBackTo(mark);
  return shown === seen.shown;
}

function comesTo(call: Call, state: AccountState, event: AccountEvent): boolean {
  const { at } = event.data;
  const { answer, accountId, walls } = call;
  if (answer?.kind !== 'done' || !walls.some((wall) => nowAt(state, wall) === at)) return false;
  const decision = decisionAt(call, state, at);
  if (decision?.kind !== 'accepted') return false;
  const [decided] = decision.events;
  return isDeepStrictEqual(plain(decided), plain(event)) && agrees(answer, accountId, event, decision);
}

function answers({ answer, accountId }: Call, decision: Decision | undefined): boolean {
  if (decision === undefined || answer === undefined) return false;
  if (answer.kind === 'refused') {
    return (
      decision.kind === 'refused' && isDeepStrictEqual(plain(decision.refusal), plain({ ...answer, kind: undefined }))
    );
  }
  if (decision.kind === 'accepted') return decision.events.length === 0 && !answer.replayed;
  if (decision.kind !== 'replayed' || !answer.replayed) return false;
  const { holdNow } = decision;
  const shown = answer.holdNow;
  if (shown !== undefined && (holdNow === undefined || holdStatus(holdNow) !== shown)) return false;
  return agrees(answer, accountId, decision.event, decision);
}

/** Whether the answer's words are those of the event. */
function agrees(
  { body }: Done,
  accountId: string,
  event: AccountEvent,
  { hold }: Extract<Decision, { kind: 'accepted' | 'replayed' }>,
): boolean {
  if (hold !== undefined) return body === JSON.stringify(holdAnswer(accountId, hold));
  const shown = JSON.parse(body) as Readonly<Record<string, unknown>>;
  const facts: Readonly<Record<string, unknown>> = { ...event.data, accountId };
  const time = shown['recordedAt'] ?? shown['openedAt'];
  if (time !== timeText(event.data.at)) return false;
  return Object.entries(shown).every(([name, fact]) => !(name in facts) || isDeepStrictEqual(fact, facts[name]));
}

/** As JSON has it: without what is undefined. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value ?? null));
}
