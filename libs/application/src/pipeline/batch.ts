import { setImmediate as nextTurn } from 'node:timers/promises';
import { type AccountState, decideAndCarryOut, sweep } from '#domain';
import { toAnswer } from '../answers/answer.ts';
import { linkedGroupMax } from '../limits.ts';
import { type Answer, type Request, unavailable } from '../request.ts';
import { contradictsItself } from './account-history.ts';
import type { BatchContext } from './batch-context.ts';
import { type ChainedEvents, type ChainMark, sweepCauseFor } from './chained-events.ts';
import type { CommandEntry, LaneEntry, LookEntry } from './entry.ts';
import { asksToReadOn, codeOfThrown } from './thrown.ts';

/**
 * One batch of an account, decided in memory ahead of the store. Nothing of it is shown to anybody until its events are
 * durable; until then the state's undo log can take all of it back.
 */
export class Batch {
  /** One for each entry taken; to be called, in this order, once the events are durable. */
  readonly deliveries: (() => void)[] = [];
  /** Entries taken from the queue. */
  taken = 0;
  /** The time that readers are told with this batch; undefined if it has none. */
  toldAt: number | undefined;
  readonly #context: BatchContext;
  readonly #state: AccountState;
  readonly #chain: ChainedEvents;

  constructor(context: BatchContext, state: AccountState, chain: ChainedEvents) {
    this.#context = context;
    this.#state = state;
    this.#chain = chain;
  }

  /**
   * Decides what waits; if that is reads alone, shows them the account without writing anything.
   *
   * @returns undefined, but where so much is due that others must have their turns meanwhile.
   */
  take(waiting: readonly LaneEntry[]): Promise<void> | undefined {
    if (waiting.every((entry) => entry.kind === 'look')) return this.#lookOnly([...waiting]);
    this.#decide(waiting);
    return undefined;
  }

  /**
   * Processes everything that is due and decides as many waiting entries as fit into one append. If more is due than one append
   * may sweep, it takes no entry at all: the next batch goes on.
   */
  #decide(waiting: readonly LaneEntry[]): void {
    const { limits, now } = this.#context;
    const due = sweep(this.#state, now, limits.sweepMax);
    if (due.length > 0) {
      const cause = sweepCauseFor(waiting.find((entry) => entry.kind === 'commands')?.requests[0]);
      for (const event of due) this.#chain.add(event, cause);
    }
    if (due.length >= limits.sweepMax) return;
    let commands = 0;
    for (const entry of waiting) {
      if (entry.kind === 'look') {
        this.#look(entry);
        continue;
      }
      if (this.taken > 0 && commands + entry.requests.length > limits.batchCommandsMax) return;
      if (!this.#decideEntry(entry)) return;
      commands += entry.requests.length;
    }
  }

  /** Shows the account to reads only, as if everything due had happened, without writing that. */
  #lookOnly(waiting: readonly LookEntry[]): Promise<void> | undefined {
    const mark = this.#state.undo.mark();
    if (this.#sweepsSlice()) return this.#lookAfterSlices(waiting, mark);
    for (const entry of waiting) this.#look(entry);
    this.#state.undo.rollBackTo(mark);
    return undefined;
  }

  async #lookAfterSlices(waiting: readonly LookEntry[], mark: number): Promise<void> {
    do await nextTurn();
    while (this.#sweepsSlice());
    for (const entry of waiting) this.#look(entry);
    this.#state.undo.rollBackTo(mark);
  }

  /** Whether more may be due than one slice. */
  #sweepsSlice(): boolean {
    const { now, limits } = this.#context;
    return sweep(this.#state, now, limits.sweepMax).length >= limits.sweepMax;
  }

  /** A look that throws fails alone; nothing that a look does to the state stays. */
  #look(entry: LookEntry): void {
    const { now, wallClock, zones, openHoldBytesMax } = this.#context;
    const mark = this.#state.undo.mark();
    let deliver = entry.done;
    try {
      entry.look({ state: this.#state, now, wallClock, zones, openHoldBytesMax, revision: this.#chain.revision });
      this.toldAt = now;
    } catch (error) {
      if (asksToReadOn(error)) throw error;
      deliver = () => {
        entry.threw(error);
      };
    }
    this.#state.undo.rollBackTo(mark);
    this.deliveries.push(deliver);
    this.taken += 1;
  }

  /** Whether the entry was decided; false if the append is full and the entry must wait for the next. */
  #decideEntry(entry: CommandEntry): boolean {
    // Nothing was promised yet, and nobody waits for the answer.
    if (entry.requests[0]?.client?.destroyed === true) {
      this.#take(
        entry,
        entry.requests.map(() => unavailable('overloaded')),
      );
      return true;
    }
    const { undo } = this.#state;
    const undoMark = undo.mark();
    const chainMark = this.#chain.mark();
    const answers = entry.linked
      ? this.#decideLinked(entry)
      : entry.requests.map((request) => this.#decideOne(request));
    if (this.#chain.isTooLarge) {
      undo.rollBackTo(undoMark);
      this.#chain.rollBackTo(chainMark);
      // Alone in an append and still too large: only a linked group can be that.
      if (this.taken === 0 && chainMark.count === 0) this.#take(entry, tooLarge(entry));
      return false;
    }
    this.#take(entry, answers);
    return true;
  }

  #take(entry: CommandEntry, answers: readonly Answer[]): void {
    this.taken += 1;
    this.deliveries.push(() => {
      entry.answer(answers);
    });
  }

  #decideLinked(entry: CommandEntry): readonly Answer[] {
    if (entry.requests.length > linkedGroupMax) return tooLarge(entry);
    const undoMark = this.#state.undo.mark();
    const chainMark = this.#chain.mark();
    const answers: Answer[] = [];
    for (const request of entry.requests) {
      const answer = this.#decideOne(request);
      if (answer.kind === 'refused') return this.#takeBack(undoMark, chainMark, entry, answers.length, answer);
      answers.push(answer);
    }
    return answers;
  }

  /** One member of a linked group was refused: it keeps its answer, and none of the group takes effect. */
  #takeBack(
    undoMark: number,
    chainMark: ChainMark,
    entry: CommandEntry,
    refusedIndex: number,
    refused: Answer,
  ): readonly Answer[] {
    this.#state.undo.rollBackTo(undoMark);
    this.#chain.rollBackTo(chainMark);
    return entry.requests.map((_, index) =>
      index === refusedIndex ? refused : unavailable('linked_operation_failed'),
    );
  }

  /**
   * What is thrown over one command is taken back and answered to its caller alone. But a contradiction may be the
   * account's: it goes up until the state was read again, which ends in quarantine if its history is broken.
   */
  #decideOne(request: Request): Answer {
    const undoMark = this.#state.undo.mark();
    const chainMark = this.#chain.mark();
    try {
      return this.#decided(request);
    } catch (error) {
      if (asksToReadOn(error) || (contradictsItself(error) && !this.#context.readAnew)) throw error;
      this.#state.undo.rollBackTo(undoMark);
      this.#chain.rollBackTo(chainMark);
      this.#context.onTransientError(error);
      return unavailable(codeOfThrown(error));
    }
  }

  #decided(request: Request): Answer {
    const { accountId, now, wallClock, priceBooks, known, zones, openHoldBytesMax, limits } = this.#context;
    const { decision, events } = decideAndCarryOut(this.#state, request.command, {
      now,
      wallClock,
      operator: request.operator,
      priceBooks,
      known,
      zones,
      openHoldBytesMax,
    });
    // Not the account's own limit, but what the process has left.
    if (decision.kind === 'refused' && openHoldBytesMax < limits.openHoldBytesMax) {
      if (decision.refusal.facts?.['limitBytes'] === openHoldBytesMax) return unavailable('overloaded');
    }
    for (const event of events) this.#chain.add(event, request);
    return toAnswer(accountId, decision);
  }
}

function tooLarge(entry: CommandEntry): readonly Answer[] {
  return entry.requests.map(() => unavailable('linked_group_too_large'));
}
