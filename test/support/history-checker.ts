import type { RecordedEvent } from '#application';
import { type AccountEvent, accountOfStream, accountStream, decodeEvent, evolve, initialState } from '#domain';
import type { Call } from './history.ts';
import { type Justice, justified } from './justified.ts';
import { checkLog, type Violation } from './log-checker.ts';
import { readTrace, traceOfCommand } from './traces.ts';

export type { Violation } from './log-checker.ts';

/** Answers that say that surely nothing was done, without a rule having said no. */
const surelyNothing: readonly string[] = ['account_busy', 'clock_untrusted', 'overloaded'];

/** What nobody may be told in a history without damage. */
const neverSaid: readonly string[] = ['account_quarantined', 'linked_group_too_large', 'linked_operation_failed'];

/**
 * Which promises a history of calls and the log that it left break; none if there is an order of things that explains
 * both. What was never answered, or answered with `store_unavailable`, may have happened or not.
 */
export function checkHistory(calls: readonly Call[], log: readonly RecordedEvent[]): readonly Violation[] {
  const accountIds = new Set(calls.map(({ accountId }) => accountId));
  for (const { stream } of log) accountIds.add(accountOfStream(stream) ?? stream);
  return [...accountIds].flatMap((accountId) => {
    const stored = log.filter(({ stream }) => stream === accountStream(accountId));
    const own = calls.filter((call) => call.accountId === accountId);
    const errors = [...checkLog(accountId, stored), ...new AccountHistory(own, stored).errors()];
    return errors.map(({ kind, detail }) => ({ kind, detail: `${accountId}: ${detail}` }));
  });
}

/** A call that must be explained by one of the states between two revisions, both included. */
interface Claim {
  readonly call: Call;
  readonly from: number;
  readonly to: number;
  readonly justice: Justice;
}

class AccountHistory {
  readonly #calls: readonly Call[];
  readonly #events: readonly AccountEvent[];
  /** Revision of what has a trace. */
  readonly #places = new Map<string, number>();
  /** The newest revision that was told to anybody before a call was sent. */
  readonly #floors = new Map<Call, number>();
  readonly #claims: Claim[] = [];
  readonly #errors: Violation[] = [];

  constructor(calls: readonly Call[], stored: readonly RecordedEvent[]) {
    this.#calls = calls;
    this.#events = stored.map(({ type, data }) => decodeEvent(type, data));
    for (const [revision, event] of this.#events.entries()) {
      const trace = readTrace(event);
      if (trace !== undefined) this.#places.set(trace, revision);
    }
  }

  errors(): readonly Violation[] {
    this.#findFloors();
    this.#checkTraces();
    for (const call of this.#calls) this.#checkCall(call);
    this.#checkClaims();
    return this.#errors;
  }

  #findFloors(): void {
    const ended = this.#calls.filter(({ answeredAt }) => answeredAt !== undefined);
    const answered = ended.sort((left, right) => (left.answeredAt ?? 0) - (right.answeredAt ?? 0));
    let floor = -1;
    let next = 0;
    for (const call of this.#calls.toSorted((left, right) => left.sentAt - right.sentAt)) {
      for (let one = answered[next]; one !== undefined && (one.answeredAt ?? 0) < call.sentAt; one = answered[next]) {
        floor = Math.max(floor, this.#timeGiven(one));
        next += 1;
      }
      this.#floors.set(call, floor);
    }
  }

  /** The newest revision that an answer rests on for certain. */
  #timeGiven({ command, answer, seen }: Call): number {
    if (seen !== undefined) return seen.revision;
    const trace = command === null ? undefined : traceOfCommand(command);
    return answer?.kind === 'done' && trace !== undefined ? (this.#places.get(trace) ?? -1) : -1;
  }

  /** What was done was asked for and not refused, and was told to all who asked in the same words. */
  #checkTraces(): void {
    const askers = new Map<string, Call[]>();
    for (const call of this.#calls) {
      const trace = call.command === null ? undefined : traceOfCommand(call.command);
      if (trace !== undefined) askers.set(trace, [...(askers.get(trace) ?? []), call]);
    }
    for (const trace of this.#places.keys()) {
      const [kind, id] = trace.split(' ');
      const calls = askers.get(kind === 'uncollected' ? `settle ${id ?? ''}` : trace) ?? [];
      if (calls.length === 0) this.#report('asked-by-nobody', trace);
      const refused = calls.length > 0 && calls.every(saysNothingChanged);
      if (refused && kind !== 'uncollected') this.#report('refused-but-in-log', trace);
    }
    for (const [trace, calls] of askers) {
      const done = calls.flatMap(({ answer }) => (answer?.kind === 'done' ? [answer] : []));
      if (new Set(done.map(({ body }) => body)).size > 1) this.#report('two-results', trace);
      if (done.filter(({ replayed }) => !replayed).length > 1) this.#report('done-twice', trace);
    }
  }

  #checkCall(call: Call): void {
    const { answer, seen, command, headThen } = call;
    const floor = this.#floors.get(call) ?? -1;
    if (seen !== undefined) {
      if (seen.revision < floor || seen.revision > headThen) this.#report('unjust-reading', describeCall(call, floor));
      this.#claim(call, seen.revision, seen.revision, 'seen');
      return;
    }
    if (answer === undefined || command === null) return;
    if (answer.kind === 'refused') {
      if (neverSaid.includes(answer.code)) this.#report('never-said', describeCall(call, floor));
      if (answer.code === 'store_unavailable' || surelyNothing.includes(answer.code)) return;
      this.#claim(call, floor, headThen, 'answered');
      return;
    }
    const trace = traceOfCommand(command);
    if (trace === undefined) {
      this.#claim(call, floor, headThen, 'answered');
      return;
    }
    this.#checkDone(call, trace, floor, answer.replayed);
  }

  #checkDone(call: Call, trace: string, floor: number, replayed: boolean): void {
    const place = this.#places.get(trace);
    if (place === undefined) {
      this.#report('answer-not-in-log', describeCall(call, floor));
      return;
    }
    if (place > call.headThen) this.#report('undurable-answer', describeCall(call, floor));
    if (replayed) {
      this.#claim(call, Math.max(place, floor), call.headThen, 'answered');
      return;
    }
    if (place <= floor) this.#report('out-of-order', describeCall(call, floor));
    this.#claim(call, place - 1, place - 1, 'done');
  }

  #claim(call: Call, from: number, to: number, justice: Justice): void {
    this.#claims.push({ call, from, to: Math.min(to, this.#events.length - 1), justice });
  }

  /** Goes through the states after each event, and looks which claims each of them explains. */
  #checkClaims(): void {
    const waiting = this.#claims.toSorted((left, right) => left.from - right.from);
    const state = initialState();
    let open: Claim[] = [];
    let next = 0;
    for (let revision = -1; revision < this.#events.length; revision += 1) {
      const event = this.#events[revision];
      if (event !== undefined && !this.#fold(state, event, revision)) return;
      for (let one = waiting[next]; one !== undefined && one.from <= revision; one = waiting[next]) {
        open.push(one);
        next += 1;
      }
      const following = this.#events[revision + 1];
      open = open.filter((claim) => {
        if (claim.from <= claim.to && justified(claim.justice, claim.call, state, following)) return false;
        if (claim.to > revision) return true;
        this.#unjust(claim);
        return false;
      });
    }
    for (const claim of [...open, ...waiting.slice(next)]) this.#unjust(claim);
  }

  #fold(state: ReturnType<typeof initialState>, event: AccountEvent, revision: number): boolean {
    try {
      evolve(state, event);
      state.undo.commit();
      return true;
    } catch (error) {
      this.#report('fold-fails', `at ${String(revision)}: ${String(error)}`);
      return false;
    }
  }

  #unjust({ call, from, justice }: Claim): void {
    const refused = call.answer?.kind === 'refused';
    const kinds = { seen: 'unjust-reading', done: 'unjust-answer', answered: 'unjust-answer' } as const;
    this.#report(refused ? 'unjust-refusal' : kinds[justice], describeCall(call, from));
  }

  #report(kind: string, detail: string): void {
    this.#errors.push({ kind, detail });
  }
}

function saysNothingChanged({ answer }: Call): boolean {
  return answer?.kind === 'refused' && answer.code !== 'store_unavailable';
}

function describeCall(call: Call, floor: number): string {
  const { command, sentAt, answeredAt, replica, answer, seen, headThen } = call;
  const asked = command === null ? 'a look' : `${command.kind} (${traceOfCommand(command) ?? ''})`;
  const said = JSON.stringify(seen ?? answer ?? null);
  const when = `sent ${String(sentAt)}, answered ${String(answeredAt)}, revisions ${String(floor)} to ${String(headThen)}`;
  return `${asked} to replica ${String(replica)}, ${when}: ${said}`;
}
