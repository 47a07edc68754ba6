import { setImmediate as nextTurn } from 'node:timers/promises';
import { decideAndCarryOut, type DecisionContext, sweep } from '#domain';
import { toAnswer } from '../answers/answer.ts';
import { linkedGroupMax } from '../limits.ts';
import { type Answer, type Request, unavailable } from '../request.ts';
import { contradictsItself, type LoadedAccount } from './account-history.ts';
import { ChainedEvents, sweepCauseFor } from './chained-events.ts';
import type { LaneDependencies } from './dependencies.ts';
import { CommandEntry, type LaneEntry, ReadEntry } from './entry.ts';
import { openIdempotencyIndex } from './idempotency-index.ts';
import { asksToReadOn, codeOfThrown } from './thrown.ts';

/** What all commands of a batch are decided by, but for `operator`, which is each command's own. */
type BatchContext = Omit<DecisionContext, 'operator'> & { operator: boolean; readonly openHoldBytesMax: number };

/** The account of a batch, and what waits for it. */
interface Waiting {
  readonly accountId: string;
  readonly stream: string;
  readonly entries: readonly LaneEntry[];
  /** The last `now` that a reader was told. */
  readonly readAt: number;
  /** The state was read again from the store because something contradicted it. */
  readonly isReread: boolean;
}

/**
 * One batch of an account, decided in memory ahead of the store. Nothing of it is shown to anybody until its events are
 * durable; until then the state's undo log can take all of it back.
 */
export class Batch {
  readonly account: LoadedAccount;
  readonly chain: ChainedEvents;
  /** Entries at the front of the lane that are decided. */
  taken = 0;
  /** The time that readers are told with this batch; undefined if it has none. */
  readAt: number | undefined;
  readonly #waiting: Waiting;
  readonly #dependencies: LaneDependencies;
  readonly #context: BatchContext;

  constructor(waiting: Waiting, account: LoadedAccount, dependencies: LaneDependencies) {
    const { clock, idIndex, memory, priceBooks, writer, zones } = dependencies;
    const { state, hash } = account;
    const wallClock = clock.now();
    this.#waiting = waiting;
    this.account = account;
    this.chain = new ChainedEvents(waiting.stream, state.summary.revision, hash, writer);
    this.#dependencies = dependencies;
    this.#context = {
      now: Math.max(wallClock, state.summary.lastAt, waiting.readAt),
      wallClock,
      operator: false,
      priceBooks,
      known: openIdempotencyIndex(idIndex, waiting.accountId, state),
      zones,
      openHoldBytesMax: memory.openHoldBytesMax(waiting.accountId, state),
    };
  }

  /**
   * Processes everything that is due and decides as many waiting entries as fit into one append. If more is due than one
   * append may sweep, it takes no entry at all: the next batch goes on.
   */
  decide(): void {
    const { sweepMax, batchCommandsMax } = this.#dependencies.limits;
    const { entries } = this.#waiting;
    const due = sweep(this.account.state, this.#context.now, sweepMax);
    if (due.length > 0) {
      const cause = sweepCauseFor(entries.find((entry) => entry instanceof CommandEntry)?.requests[0]);
      for (const event of due) this.chain.add(event, cause);
    }
    if (due.length >= sweepMax) return;
    let commands = 0;
    for (const entry of entries) {
      if (entry instanceof ReadEntry) this.#show(entry);
      if (!(entry instanceof CommandEntry)) continue;
      if (this.taken > 0 && commands + entry.count > batchCommandsMax) return;
      if (!this.#decideEntry(entry)) return;
      commands += entry.count;
    }
  }

  /**
   * Shows the account to reads only, as if everything due had happened, without writing that.
   *
   * @returns undefined, but where so much is due that others must have their turns meanwhile.
   */
  showToReads(): Promise<void> | undefined {
    const reads = [...this.#waiting.entries];
    if (this.#sweepsSlice()) return this.#showAfterSlices(reads);
    this.#showAll(reads);
    return undefined;
  }

  async #showAfterSlices(reads: readonly LaneEntry[]): Promise<void> {
    do await nextTurn();
    while (this.#sweepsSlice());
    this.#showAll(reads);
  }

  #showAll(reads: readonly LaneEntry[]): void {
    for (const entry of reads) if (entry instanceof ReadEntry) this.#show(entry);
    this.account.state.undo.rollBackTo(0);
  }

  /** Whether more may be due than one slice. */
  #sweepsSlice(): boolean {
    const { sweepMax } = this.#dependencies.limits;
    return sweep(this.account.state, this.#context.now, sweepMax).length >= sweepMax;
  }

  /** Nothing that a read does to the state stays. */
  #show(entry: ReadEntry): void {
    const { state } = this.account;
    const { now, wallClock, zones, openHoldBytesMax } = this.#context;
    const mark = state.undo.mark();
    const { revision } = this.chain;
    if (entry.show({ state, now, wallClock, zones, openHoldBytesMax, revision })) this.readAt = now;
    state.undo.rollBackTo(mark);
    this.taken += 1;
  }

  /** Whether the entry was decided; false if the append is full and the entry must wait for the next. */
  #decideEntry(entry: CommandEntry): boolean {
    const { undo } = this.account.state;
    const undoMark = undo.mark();
    const chainMark = this.chain.mark();
    // Nothing was promised yet, and nobody waits for the answer.
    if (entry.requests[0]?.client?.destroyed === true) entry.reject('overloaded');
    else if (entry.isLinked) this.#decideLinked(entry);
    else entry.decided = entry.requests.map((request) => this.#decideOne(request));
    const isFull = this.chain.isTooLarge;
    if (isFull) {
      undo.rollBackTo(undoMark);
      this.chain.rollBackTo(chainMark);
      if (this.taken > 0 || chainMark.count > 0) return false;
      // Alone in an append and still too large: only a linked group can be that.
      entry.reject('linked_group_too_large');
    }
    this.taken += 1;
    return !isFull;
  }

  /** If one of them is refused, it keeps its answer, and none of the group takes effect. */
  #decideLinked(entry: CommandEntry): void {
    if (entry.count > linkedGroupMax) {
      entry.reject('linked_group_too_large');
      return;
    }
    const { undo } = this.account.state;
    const undoMark = undo.mark();
    const chainMark = this.chain.mark();
    const answers: Answer[] = [];
    for (const request of entry.requests) {
      const answer = this.#decideOne(request);
      answers.push(answer);
      if (answer.kind === 'done') continue;
      undo.rollBackTo(undoMark);
      this.chain.rollBackTo(chainMark);
      const failed = entry.requests.map(() => unavailable('linked_operation_failed'));
      entry.decided = failed.with(answers.length - 1, answer);
      return;
    }
    entry.decided = answers;
  }

  /**
   * What is thrown over one command is taken back and answered to its caller alone. But a contradiction may be the
   * account's: it goes up until the state was read again, which ends in quarantine if its history is broken.
   */
  #decideOne(request: Request): Answer {
    const { undo } = this.account.state;
    const undoMark = undo.mark();
    const chainMark = this.chain.mark();
    try {
      return this.#decided(request);
    } catch (error) {
      if (asksToReadOn(error) || (contradictsItself(error) && !this.#waiting.isReread)) throw error;
      undo.rollBackTo(undoMark);
      this.chain.rollBackTo(chainMark);
      this.#dependencies.onTransientError(this.#waiting.accountId, error);
      return unavailable(codeOfThrown(error));
    }
  }

  #decided(request: Request): Answer {
    const { openHoldBytesMax } = this.#context;
    this.#context.operator = request.operator;
    const { decision, events } = decideAndCarryOut(this.account.state, request.command, this.#context);
    // Not the account's own limit, but what the process has left.
    if (decision.kind === 'refused' && openHoldBytesMax < this.#dependencies.limits.openHoldBytesMax) {
      if (decision.refusal.facts?.['limitBytes'] === openHoldBytesMax) return unavailable('overloaded');
    }
    for (const event of events) this.chain.add(event, request);
    return toAnswer(this.#waiting.accountId, decision);
  }
}
