import { accountStream } from '#domain';
import { BrokenHistory, UnknownPrices } from '../ports/index.ts';
import type { UnavailableCode } from '../request.ts';
import { contradictsItself, type LoadedAccount, readForward, startFrom } from './account-history.ts';
import { type AppendOutcome, appendUntilKnown } from './append-until-known.ts';
import { Batch } from './batch.ts';
import { batchContext } from './batch-context.ts';
import { ChainedEvents } from './chained-events.ts';
import { ConflictBackoff } from './conflict-backoff.ts';
import type { LaneDependencies } from './dependencies.ts';
import type { LaneEntry } from './entry.ts';
import { StaleState } from './idempotency-index.ts';
import { LaneQueue } from './lane-queue.ts';
import { learnPrices } from './learn-prices.ts';
import { PendingIndexAppends } from './pending-index-appends.ts';
import { SnapshotPolicy } from './snapshot-policy.ts';
import { noState, type StateSize } from './state-memory.ts';
import { takeLease } from './take-lease.ts';

/** What was decided on an account, in its state already, and sent to the store. */
interface SentAppend {
  readonly account: LoadedAccount;
  readonly chain: ChainedEvents;
}

/**
 * The queue that serialises one account's commands and reads. It takes all that wait, decides them in memory one after
 * the other, appends their events at once, and answers when they are durable; what comes meanwhile forms the next batch.
 */
export class AccountLane {
  readonly accountId: string;
  readonly #dependencies: LaneDependencies;
  readonly #queue = new LaneQueue();
  #account: LoadedAccount | undefined;
  #running = false;
  #size = noState;
  #quarantined = false;
  /** An append of which the store has said nothing yet: it may land at any time, so nothing else is said either. */
  #unknown: SentAppend | undefined;
  readonly #pendingIndexAppends: PendingIndexAppends;
  readonly #backoff: ConflictBackoff;
  readonly #snapshots: SnapshotPolicy;
  /** Another process has written what was not read yet. */
  #behind = false;
  /** Something contradicted the state in memory, so it was read again from the store. */
  #readAnew = false;
  /** The last `now` that a reader was told, ms since 1970: what was seen then is never undone by a clock set back. */
  #toldAt = 0;

  constructor(accountId: string, dependencies: LaneDependencies) {
    this.accountId = accountId;
    this.#dependencies = dependencies;
    this.#backoff = new ConflictBackoff(dependencies.limits);
    this.#snapshots = new SnapshotPolicy(dependencies);
    this.#pendingIndexAppends = new PendingIndexAppends(dependencies.idIndex);
  }

  /** Nothing is known here that could not be read again. */
  get forgettable(): boolean {
    return !this.#running && this.#unknown === undefined && !this.#quarantined;
  }

  /** What its state takes, as measured after its last batch. */
  get size(): StateSize {
    return this.#size;
  }

  /** Characters of its events that the id index has not passed. */
  get lagCharacters(): number {
    return this.#pendingIndexAppends.lagCharacters();
  }

  /** Of memory that those who wait take; counted by who lets them in. */
  waitingBytes = 0;

  get waiting(): number {
    return this.#queue.length;
  }

  enter(entry: LaneEntry): void {
    this.#queue.enter(entry);
    if (this.#running) return;
    this.#running = true;
    // In a microtask of its own, so that everything that arrives in this turn of the event loop is in the first batch.
    queueMicrotask(() => void this.#run());
  }

  async #run(): Promise<void> {
    const { leases, limits, memory } = this.#dependencies;
    let tries = 0;
    while (this.#queue.length > 0) {
      const pausing = this.#backoff.pauseBefore(tries);
      if (pausing !== undefined) await pausing;
      const outcome = await this.#turn(tries);
      this.#size = memory.measured(this.#size, this.#account?.state);
      leases?.done(this.accountId);
      tries = outcome === 'again' ? tries + 1 : 0;
      if (tries > limits.conflictTriesMax) {
        this.#reject('account_busy');
        tries = 0;
      }
    }
    this.#running = false;
    memory.makeRoom(this.accountId);
  }

  /** Decides, appends and answers one batch. `again`: nothing was answered, because the state was not the head. */
  async #turn(tries: number): Promise<'done' | 'again'> {
    const { clock, leases, memory } = this.#dependencies;
    if (this.#quarantined) return this.#reject('account_quarantined');
    const taking = takeLease(leases, this.accountId, this.#queue.entries, tries);
    if (taking !== undefined) await taking;
    if (clock.unsure() !== undefined) return this.#reject('clock_unsure');
    try {
      if (this.#unknown !== undefined) await this.#send(this.#unknown, true);
      if (this.#unknown !== undefined) return this.#reject('store_unavailable');
      if (this.#account === undefined) {
        if (!memory.hasRoom(this.accountId)) return this.#reject('overloaded');
        this.#account = await memory.load(() => this.#load());
        this.#size = memory.measured(this.#size, this.#account.state);
      }
      if (this.#behind) await this.#catchUp(this.#account);
      return await this.#decideAndAppend(this.#account);
    } catch (error) {
      this.#account = undefined;
      if (contradictsItself(error)) return this.#putInQuarantine(error);
      this.#dependencies.onTransientError(this.accountId, error);
      return this.#reject('store_unavailable');
    }
  }

  async #decideAndAppend(account: LoadedAccount): Promise<'done' | 'again'> {
    const { priceBooks, writer } = this.#dependencies;
    const { state } = account;
    this.#pendingIndexAppends.forget(state);
    const chain = new ChainedEvents(accountStream(this.accountId), state.summary.revision, account.hash, writer);
    const context = batchContext(this.accountId, state, this.#dependencies, this.#toldAt, this.#readAnew);
    const batch = new Batch(context, state, chain);
    try {
      const sweeping = batch.take(this.#queue.entries);
      if (sweeping !== undefined) await sweeping;
    } catch (error) {
      state.undo.rollBackTo(0);
      if (error instanceof UnknownPrices) return await learnPrices(priceBooks, error);
      if (contradictsItself(error) && !this.#readAnew) return this.#readFromStore();
      if (!(error instanceof StaleState)) throw error;
      // The id index knows a hold that this state does not: another process opened it.
      if ((await this.#catchUp(account)) > 0) return 'again';
      throw new BrokenHistory(error.message);
    }
    if (chain.events.length === 0) return this.#answerUnwritten(account, batch);
    switch (await this.#send({ account, chain }, false)) {
      case 'appended':
        return this.#answer(batch, batch.taken);
      case 'conflict':
        return 'again';
      case 'unavailable':
        // A batch of expiries alone took none of those who wait; what holds it up holds up all of them.
        return this.#reject('store_unavailable', batch.taken === 0 ? undefined : batch.taken);
      default:
        return this.#reject('store_unavailable');
    }
  }

  /**
   * Answers that append nothing rest on the head of the stream. Where others write, it is read for once: a state that
   * was the head after an entry had come is new enough for that entry, however often others have written since.
   */
  async #answerUnwritten(account: LoadedAccount, batch: Batch): Promise<'done' | 'again'> {
    if (this.#dependencies.soleWriter) return this.#answer(batch, batch.taken);
    if (this.#queue.seenToHead === 0 && (await this.#catchUp(account)) > 0) return 'again';
    return this.#answer(batch, Math.min(batch.taken, this.#queue.seenToHead));
  }

  /** Appends what was decided, and brings the state to what the store says; if that is nothing, keeps it for later. */
  async #send(sent: SentAppend, sentBefore: boolean): Promise<AppendOutcome['kind']> {
    const { store, leases, limits, indexLag, onFatalStoreError } = this.#dependencies;
    const { account, chain } = sent;
    const { undo } = account.state;
    const outcome = await appendUntilKnown(store, chain, limits, sentBefore);
    this.#unknown = undefined;
    switch (outcome.kind) {
      case 'appended':
        undo.commit();
        account.hash = chain.hash;
        account.position = outcome.appended.position;
        this.#pendingIndexAppends.add(outcome.appended, chain.characters);
        indexLag.appended(outcome.appended.position, chain.events.length, chain.characters);
        this.#snapshots.moved(this.accountId, account);
        this.#backoff.won(leases?.holds(this.accountId) === true);
        break;
      case 'conflict':
        undo.rollBackTo(0);
        this.#behind = true;
        this.#backoff.lost();
        break;
      case 'unavailable':
        undo.rollBackTo(0);
        break;
      case 'broken':
        this.#unknown = sent;
        onFatalStoreError(outcome.cause);
        break;
      case 'unknown':
        this.#unknown = sent;
        break;
    }
    return outcome.kind;
  }

  async #load(): Promise<LoadedAccount> {
    const { snapshots } = this.#dependencies;
    const account = startFrom(() => snapshots.newest(this.accountId));
    this.#snapshots.startFrom(account.state.summary.revision);
    this.#pendingIndexAppends.clear();
    await this.#catchUp(account);
    return account;
  }

  /** Folds what others have written; returns how many events that were. */
  async #catchUp(account: LoadedAccount): Promise<number> {
    const all = (): boolean => true;
    const waiting = this.#queue.length;
    const count = await readForward(this.#dependencies.store, this.accountId, account, all, (events) => {
      for (const event of events) this.#pendingIndexAppends.add(event, event.data.length + event.metadata.length);
      this.#pendingIndexAppends.forget(account.state);
    });
    this.#behind = false;
    this.#queue.readFor(waiting);
    return count;
  }

  /** Gives the first `count` entries of a batch their answers. */
  #answer(batch: Batch, count: number): 'done' {
    this.#queue.leave(count);
    this.#toldAt = batch.toldAt ?? this.#toldAt;
    this.#readAnew = false;
    for (const deliver of batch.deliveries.slice(0, count)) deliver();
    return 'done';
  }

  /** Whether the history or one command is at fault shows when the account is read again: the first cannot be read. */
  #readFromStore(): 'again' {
    this.#account = undefined;
    this.#readAnew = true;
    return 'again';
  }

  #putInQuarantine(cause: unknown): 'done' {
    this.#quarantined = true;
    this.#account = undefined;
    this.#dependencies.quarantined(this.accountId, cause);
    return this.#reject('account_quarantined');
  }

  #reject(code: UnavailableCode, count = this.#queue.length): 'done' {
    this.#queue.reject(count, code);
    return 'done';
  }
}
