import { setTimeout as pause } from 'node:timers/promises';
import type { Appended, AppendOutcome } from '../ports/event-store.ts';
import { findAppended } from '../ports/find-appended.ts';
import { BrokenHistory, UnknownPrices } from '../ports/index.ts';
import type { UnavailableCode } from '../request.ts';
import { contradictsItself, type LoadedAccount } from './account-history.ts';
import { Batch } from './batch.ts';
import type { LaneDependencies } from './dependencies.ts';
import type { LaneEntry } from './entry.ts';
import { StaleState } from './idempotency-index.ts';
import type { Lane } from './lane.ts';
import { catchUp, loadAccount } from './read-account.ts';

/** What has to be awaited before a lane goes on; undefined, as is nearly always so: nothing. */
export type Outside = Promise<unknown> | undefined;

/**
 * One account's turns, one after the other: a batch is decided, what became of it is told, and the state is brought to
 * what the store says. Where something from outside is needed, its promise is returned for somebody else to await.
 */
export class AccountTurns {
  readonly #dependencies: LaneDependencies;
  /** What they rest on is durable; to be sent. */
  #answered: LaneEntry[] = [];

  constructor(dependencies: LaneDependencies) {
    this.#dependencies = dependencies;
  }

  sendAnswers(): void {
    const answered = this.#answered;
    this.#answered = [];
    this.#dependencies.answered(answered);
  }

  /** What the lane needs next before it can be decided. */
  begin(lane: Lane): Outside {
    const { leases, memory, soleWriter } = this.#dependencies;
    const { account, entries } = lane;
    if (entries.length === 0 || lane.batch !== undefined) return undefined;
    if (lane.isQuarantined) return this.#reject(lane, 'account_quarantined');
    if (account === undefined && !memory.fits(lane.accountId)) return this.#reject(lane, 'overloaded');
    const pauseMs = lane.backoff.pauseMs();
    if (pauseMs > 0) return pause(pauseMs);
    const { hasCommands } = lane;
    // Reads write nothing that another process could run into.
    if (leases !== undefined && hasCommands && !lane.isLeaseAsked) {
      lane.isLeaseAsked = true;
      const taking = leases.take(lane.accountId, lane.tries);
      if (taking !== undefined) return taking;
    }
    if (account === undefined) return loadAccount(lane, this.#dependencies);
    const isShown = soleWriter || hasCommands || lane.seenToHead > 0;
    return lane.isBehind || !isShown ? catchUp(lane, account, this.#dependencies) : undefined;
  }

  /** Decides the next batch of a lane that has begun. If there is something to append, the lane has that batch then. */
  decide(lane: Lane): Outside {
    const { account } = lane;
    if (this.#dependencies.clock.untrusted() !== undefined) return this.#reject(lane, 'clock_untrusted');
    if (account === undefined) return undefined;
    account.state.recentIds.forget(lane.indexLag.passed());
    const batch = new Batch(lane, account, this.#dependencies);
    try {
      if (lane.hasCommands) batch.decide();
      else {
        const showing = batch.showToReads();
        const shown = (): Outside => this.#answerUnwritten(lane, batch);
        if (showing !== undefined) return showing.then(shown, (error: unknown) => this.#threw(lane, batch, error));
      }
    } catch (error) {
      return this.#threw(lane, batch, error);
    }
    if (batch.chain.events.length === 0) return this.#answerUnwritten(lane, batch);
    lane.batch = batch;
    return undefined;
  }

  /** Brings a lane to what the store says of its batch. */
  conclude(lane: Lane, batch: Batch, outcome: AppendOutcome | undefined): Outside {
    switch (outcome?.kind) {
      case 'appended':
        return this.#appended(lane, batch, outcome.appended);
      case 'conflict':
        return lane.mayBeWritten ? this.#find(lane, batch) : this.#lost(lane, batch);
      case 'unavailable':
        if (lane.mayBeWritten) return this.#sendAgain(lane, batch);
        this.#takeBack(lane, batch);
        // A batch of expiries alone took none of those who wait; what holds it up holds up all of them.
        return this.#reject(lane, 'store_unavailable', batch.taken === 0 ? undefined : batch.taken);
      case 'broken':
      case 'too-large':
        this.#dependencies.onFatalStoreError(outcome.cause);
        return this.#giveUp(lane, batch);
      case 'unknown':
      case undefined:
        return this.#sendAgain(lane, batch);
    }
  }

  /** Something failed that the lane had awaited, or that decided its batch. */
  failed(lane: Lane, error: unknown): Outside {
    const { onTransientError, quarantined } = this.#dependencies;
    lane.account = undefined;
    if (!contradictsItself(error)) {
      onTransientError(lane.accountId, error);
      return this.#reject(lane, 'store_unavailable');
    }
    lane.isQuarantined = true;
    quarantined(lane.accountId, error);
    return this.#reject(lane, 'account_quarantined');
  }

  /**
   * Answers that append nothing rest on the head of the stream. Where others write, it is read for once: a state that
   * was the head after an entry had come is new enough for that entry, however often others have written since.
   */
  #answerUnwritten(lane: Lane, batch: Batch): Outside {
    const { taken } = batch;
    const count = this.#dependencies.soleWriter ? taken : Math.min(taken, lane.seenToHead);
    if (count > 0) return this.#answer(lane, batch, count);
    lane.isBehind = true;
    return undefined;
  }

  #appended(lane: Lane, batch: Batch, appended: Appended): Outside {
    const { account, chain } = batch;
    const { indexLag, leases, onTransientError } = this.#dependencies;
    const { length } = chain.events;
    account.state.undo.commit();
    account.hash = chain.hash;
    account.position = appended.position;
    lane.indexLag.add(appended, length, chain.characters);
    indexLag.add(appended, length, chain.characters);
    try {
      lane.snapshots.moved(lane.accountId, account);
    } catch (error) {
      // The events are written, whatever becomes of a snapshot.
      onTransientError(lane.accountId, error);
    }
    lane.backoff.won(leases?.holds(lane.accountId) === true);
    lane.clear();
    return this.#answer(lane, batch, batch.taken);
  }

  /** Another process wrote first: what that was is read, and the batch decided again. */
  #lost(lane: Lane, batch: Batch): Outside {
    this.#takeBack(lane, batch);
    lane.isBehind = true;
    lane.tries += 1;
    lane.backoff.lost(lane.tries);
    if (lane.tries > this.#dependencies.limits.conflictTriesMax) return this.#reject(lane, 'account_busy');
    return this.#endTurn(lane);
  }

  #takeBack(lane: Lane, { account }: Batch): void {
    account.state.undo.rollBackTo(0);
    lane.clear();
  }

  /**
   * After a time-out the very same events are sent again at the same revision: not finding them by reading would prove
   * nothing, since they may still be written later; an answer from the store at that place does.
   */
  #sendAgain(lane: Lane, batch: Batch): Outside {
    const { resendPauseMs, resendTriesMax } = this.#dependencies.limits;
    lane.mayBeWritten = true;
    lane.resends += 1;
    return lane.resends > resendTriesMax ? this.#giveUp(lane, batch) : pause(resendPauseMs * 2 ** (lane.resends - 1));
  }

  /** Nothing else is said of the account until it is known; who asks next has the batch sent again. */
  #giveUp(lane: Lane, batch: Batch): Outside {
    lane.mayBeWritten = true;
    lane.resends = 0;
    batch.taken = 0;
    return this.#reject(lane, 'store_unavailable');
  }

  /** A conflict after an unknown outcome: were they the batch's own events that stand there? */
  async #find(lane: Lane, batch: Batch): Promise<unknown> {
    let found: Appended | undefined;
    try {
      found = await findAppended(this.#dependencies.store, batch.chain);
    } catch {
      return this.#giveUp(lane, batch);
    }
    return found === undefined ? this.#lost(lane, batch) : this.#appended(lane, batch, found);
  }

  #threw(lane: Lane, { account }: Batch, error: unknown): Outside {
    account.state.undo.rollBackTo(0);
    if (error instanceof UnknownPrices) return this.#learnPrices(error);
    if (error instanceof StaleState) return this.#learnWhatOthersWrote(lane, account, error);
    if (lane.isReread || !contradictsItself(error)) return this.failed(lane, error);
    // Whether the history or one command is wrong shows when the account is read again: the first cannot be read.
    lane.account = undefined;
    lane.isReread = true;
    return undefined;
  }

  /** A book that an account rests on was published before, if elsewhere a moment ago. */
  async #learnPrices(unknown: UnknownPrices): Promise<void> {
    await this.#dependencies.priceBooks.refresh();
    if (!unknown.knownNow()) throw new BrokenHistory(unknown.message);
  }

  /** The id index knows a hold that the state does not: another process opened it. */
  async #learnWhatOthersWrote(lane: Lane, account: LoadedAccount, stale: StaleState): Promise<void> {
    if ((await catchUp(lane, account, this.#dependencies)) === 0) throw new BrokenHistory(stale.message);
  }

  /** The first `count` entries of a batch have their answers, which are sent at the end of the step. */
  #answer(lane: Lane, batch: Batch, count: number): Outside {
    lane.tries = 0;
    lane.readAt = batch.readAt ?? lane.readAt;
    lane.isReread = false;
    for (const entry of lane.leave(count)) this.#answered.push(entry);
    return this.#endTurn(lane);
  }

  #reject(lane: Lane, code: UnavailableCode, count = lane.entries.length): Outside {
    lane.tries = 0;
    for (const entry of lane.leave(count)) {
      entry.reject(code);
      this.#answered.push(entry);
    }
    return this.#endTurn(lane);
  }

  #endTurn(lane: Lane): Outside {
    const { leases, memory } = this.#dependencies;
    lane.size = memory.measured(lane.size, lane.account?.state);
    lane.isLeaseAsked = false;
    leases?.done(lane.accountId);
    return undefined;
  }
}
