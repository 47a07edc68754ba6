import { setImmediate as yieldToOthers } from 'node:timers/promises';
import { accountStream, snapshotOf, type AccountState } from '#ledger';
import { snapshotEventsPerOpenHold } from '../limits.ts';
import type { Appended } from '../ports/event-store.ts';
import type { UnavailableCode } from '../request.ts';
import { BrokenHistory, contradictsItself, readForward, startFrom, type LoadedAccount } from './account-history.ts';
import { appendUntilKnown, type AppendOutcome } from './append-until-known.ts';
import { Batch } from './batch.ts';
import { ChainedEvents } from './chained-events.ts';
import { turnAway, type LaneEntry } from './entry.ts';
import { StaleState, knownBefore } from './known-before.ts';
import type { LaneSurroundings } from './surroundings.ts';

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
  readonly #surroundings: LaneSurroundings;
  #queue: LaneEntry[] = [];
  #account: LoadedAccount | undefined;
  #running = false;
  #openHolds = 0;
  #quarantined = false;
  /** An append of which the store has said nothing yet: it may land at any time, so nothing else is said either. */
  #unknown: SentAppend | undefined;
  /** Appends that the id index had not passed yet when it was last asked, oldest first. */
  #unindexed: Appended[] = [];
  #snapshotRevision = -1;
  /** The last `now` that a reader was told, ms since 1970: what was seen then is never undone by a clock set back. */
  #toldAt = 0;

  constructor(accountId: string, surroundings: LaneSurroundings) {
    this.accountId = accountId;
    this.#surroundings = surroundings;
  }

  /** Nothing happens here, and nothing is known here that could not be read again. */
  get forgettable(): boolean {
    return !this.#running && this.#unknown === undefined && !this.#quarantined;
  }

  /** Open holds in memory when it was last idle. */
  get openHolds(): number {
    return this.#openHolds;
  }

  get waiting(): number {
    return this.#queue.length;
  }

  enter(entry: LaneEntry): void {
    this.#queue.push(entry);
    if (this.#running) return;
    this.#running = true;
    // In a microtask of its own, so that everything that arrives in this turn of the event loop is in the first batch.
    queueMicrotask(() => void this.#run());
  }

  async #run(): Promise<void> {
    let tries = 0;
    while (this.#queue.length > 0) {
      const outcome = await this.#turn(tries);
      this.#surroundings.leases?.done(this.accountId);
      tries = outcome === 'again' ? tries + 1 : 0;
      if (tries > this.#surroundings.limits.conflictTriesMax) this.#turnAllAway('account_busy');
      if (tries > 0) await yieldToOthers();
    }
    this.#running = false;
    const before = this.#openHolds;
    this.#openHolds = this.#account?.state.openHolds.size ?? 0;
    this.#surroundings.becameIdle(this.accountId, this.#openHolds - before);
  }

  /** Decides, appends and answers one batch. `again`: nothing was answered, because the state was not the head. */
  async #turn(tries: number): Promise<'done' | 'again'> {
    const { clock } = this.#surroundings;
    if (this.#quarantined) return this.#turnAllAway('account_quarantined');
    const taking = this.#takeLease(tries);
    if (taking !== undefined) await taking;
    if (clock.unsure() !== undefined) return this.#turnAllAway('clock_unsure');
    try {
      if (this.#unknown !== undefined) await this.#send(this.#unknown, true);
      if (this.#unknown !== undefined) return this.#turnAllAway('store_unavailable');
      this.#account ??= await this.#load();
      return await this.#decideAndAppend(this.#account);
    } catch (error) {
      this.#account = undefined;
      if (contradictsItself(error)) return this.#putInQuarantine(error);
      this.#surroundings.faltered(this.accountId, error);
      return this.#turnAllAway('store_unavailable');
    }
  }

  /**
   * Undefined, and so not even a turn of the microtasks, where there are no leases or this process holds the account's
   * already. Reads write nothing that another process could run into, and take none.
   */
  #takeLease(tries: number): Promise<void> | undefined {
    const { leases } = this.#surroundings;
    if (leases === undefined || this.#queue.every((entry) => entry.kind === 'look')) return undefined;
    return leases.take(this.accountId, tries);
  }

  async #decideAndAppend(account: LoadedAccount): Promise<'done' | 'again'> {
    const { clock, idIndex, limits, priceBooks, soleWriter } = this.#surroundings;
    const { state } = account;
    this.#forgetIndexed(state);
    const wallClock = clock.now();
    const chain = new ChainedEvents(accountStream(this.accountId), state.standing.revision, account.hash);
    const context = {
      accountId: this.accountId,
      now: Math.max(wallClock, state.standing.lastAt, this.#toldAt),
      wallClock,
      priceBooks,
      known: knownBefore(idIndex, this.accountId, state),
      limits,
    };
    const batch = new Batch(context, state, chain);
    try {
      batch.take(this.#queue);
    } catch (error) {
      if (!(error instanceof StaleState)) throw error;
      // The id index knows a hold that this state does not: another process opened it.
      state.undo.rollBackTo(0);
      if ((await this.#catchUp(account)) > 0) return 'again';
      throw new BrokenHistory(error.message);
    }
    if (chain.events.length === 0) {
      if (batch.restsOnHead && !soleWriter && (await this.#catchUp(account)) > 0) return 'again';
      return this.#answer(batch);
    }
    switch (await this.#send({ account, chain }, false)) {
      case 'appended':
        return this.#answer(batch);
      case 'conflict':
        return 'again';
      case 'unavailable':
        // A batch of expiries alone took none of those who wait; what holds it up holds up all of them.
        return this.#turnAway(batch.taken === 0 ? this.#queue.length : batch.taken, 'store_unavailable');
      case 'unknown':
      case 'broken':
        return this.#turnAllAway('store_unavailable');
    }
  }

  /** Appends what was decided, and brings the state to what the store says; if that is nothing, keeps it for later. */
  async #send(sent: SentAppend, sentBefore: boolean): Promise<AppendOutcome['kind']> {
    const { store, limits, storeBroke } = this.#surroundings;
    const { account, chain } = sent;
    const { undo } = account.state;
    const outcome = await appendUntilKnown(store, chain, limits, sentBefore);
    this.#unknown = undefined;
    switch (outcome.kind) {
      case 'appended':
        undo.commit();
        account.hash = chain.hash;
        account.position = outcome.appended.position;
        this.#appended(account, outcome.appended, chain.events.length);
        break;
      case 'conflict':
        undo.rollBackTo(0);
        await this.#catchUp(account);
        break;
      case 'unavailable':
        undo.rollBackTo(0);
        break;
      case 'broken':
        this.#unknown = sent;
        storeBroke(outcome.cause);
        break;
      case 'unknown':
        this.#unknown = sent;
        break;
    }
    return outcome.kind;
  }

  async #load(): Promise<LoadedAccount> {
    const { snapshots } = this.#surroundings;
    const account = startFrom(() => snapshots.newest(this.accountId));
    this.#snapshotRevision = account.state.standing.revision;
    this.#unindexed = [];
    await this.#catchUp(account);
    return account;
  }

  /** Folds what others have written; returns how many events that were. */
  async #catchUp(account: LoadedAccount): Promise<number> {
    const all = (): boolean => true;
    return readForward(this.#surroundings.store, this.accountId, account, all, (events) => {
      for (const { revision, position } of events) this.#unindexed.push({ revision, position });
      this.#forgetIndexed(account.state);
    });
  }

  #forgetIndexed(state: AccountState): void {
    const passed = this.#surroundings.idIndex.position;
    let count = 0;
    for (const { revision, position } of this.#unindexed) {
      if (position > passed) break;
      state.past.forget(revision);
      count += 1;
    }
    if (count > 0) this.#unindexed.splice(0, count);
  }

  #appended(account: LoadedAccount, appended: Appended, events: number): void {
    const { limits, snapshots, indexLag } = this.#surroundings;
    this.#unindexed.push(appended);
    indexLag.appended(appended.position, events);
    const { state, hash, position } = account;
    const { revision, lastAt } = state.standing;
    if (
      revision - this.#snapshotRevision <
      Math.max(limits.snapshotEveryEvents, snapshotEventsPerOpenHold * state.openHolds.size)
    )
      return;
    this.#snapshotRevision = revision;
    snapshots.save({ accountId: this.accountId, revision, at: lastAt, position, hash, state: snapshotOf(state) });
  }

  #answer(batch: Batch): 'done' {
    this.#queue = this.#queue.slice(batch.taken);
    this.#toldAt = batch.toldAt ?? this.#toldAt;
    for (const deliver of batch.deliveries) deliver();
    return 'done';
  }

  #putInQuarantine(cause: unknown): 'done' {
    this.#quarantined = true;
    this.#account = undefined;
    this.#surroundings.quarantined(this.accountId, cause);
    return this.#turnAllAway('account_quarantined');
  }

  #turnAllAway(code: UnavailableCode): 'done' {
    return this.#turnAway(this.#queue.length, code);
  }

  #turnAway(count: number, code: UnavailableCode): 'done' {
    const away = this.#queue.slice(0, count);
    this.#queue = this.#queue.slice(count);
    for (const entry of away) turnAway(entry, code);
    return 'done';
  }
}
