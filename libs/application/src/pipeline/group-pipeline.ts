import { AccountTurns, type Outside } from './account-turns.ts';
import type { Batch } from './batch.ts';
import type { LaneDependencies } from './dependencies.ts';
import type { LaneEntry } from './entry.ts';
import type { Lane } from './lane.ts';

/** A lane whose batch goes with a group. */
interface Sent {
  readonly lane: Lane;
  readonly batch: Batch;
}

/**
 * The way of all accounts' commands into the store. A group has a batch of each of several accounts and goes to the store
 * as one. When it is durable, everything that waits by then is decided and handed over as the next group; only then, while
 * the store is at work, the answers of the last one are sent. So every state that is decided on is durable: an account in
 * a group under way is not decided on again before it is known what became of its part.
 *
 * What an account needs from outside is awaited beside the groups; other accounts go on.
 */
export class GroupPipeline {
  readonly #dependencies: LaneDependencies;
  readonly #turns: AccountTurns;
  /** Lanes to be decided, first come first: those that may write wait until a group may be handed over. */
  readonly #writing = new Set<Lane>();
  readonly #reading = new Set<Lane>();
  #groupsUnderWay = 0;
  #isScheduled = false;

  constructor(dependencies: LaneDependencies) {
    this.#dependencies = dependencies;
    this.#turns = new AccountTurns(dependencies);
  }

  enter(lane: Lane, entry: LaneEntry): void {
    lane.enter(entry);
    if (!lane.isIdle) return;
    lane.isIdle = false;
    this.#proceed(lane);
    // Turned away, if nothing waits here any more.
    if (lane.entries.length === 0) this.#schedule();
  }

  /** Lines a lane up to be decided; or awaits what it needs for that; or lets it rest, if nothing waits in it. */
  #proceed(lane: Lane): void {
    const needed = this.#turns.begin(lane);
    if (lane.entries.length === 0) {
      lane.isIdle = true;
      this.#dependencies.memory.evict(lane.accountId);
    } else if (needed !== undefined) {
      void this.#await(lane, needed);
    } else {
      const mayWrite = lane.batch !== undefined || lane.hasCommands;
      (mayWrite ? this.#writing : this.#reading).add(lane);
      if (!mayWrite || this.#mayHandOver) this.#schedule();
    }
  }

  async #await(lane: Lane, outside: Promise<unknown>): Promise<void> {
    let next: Outside;
    try {
      await outside;
    } catch (error) {
      next = this.#turns.failed(lane, error);
    }
    this.#goOn(lane, next);
    this.#schedule();
  }

  get #mayHandOver(): boolean {
    return this.#groupsUnderWay < this.#dependencies.limits.groupsAtOnceMax;
  }

  /** At the end of the turn of the event loop, so that everything that it brings is in one group. */
  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => {
      this.#isScheduled = false;
      this.#step();
    });
  }

  /** Shows and decides what waits, up to the size of a group; hands over what came of it; sends the answers that are due. */
  #step(): void {
    const { batchCommandsMax, groupAccountsMax, groupCharactersMax, groupSizeMax } = this.#dependencies.limits;
    let reads = 0;
    for (const lane of this.#reading) {
      if (reads >= groupSizeMax) break;
      this.#reading.delete(lane);
      reads += lane.entries.length;
      // A command may have come since.
      if (lane.hasCommands) this.#proceed(lane);
      else this.#decide(lane);
    }
    let group: Sent[] = [];
    let [size, characters] = [0, 0];
    for (const lane of this.#writing) {
      if (size >= groupSizeMax || characters >= groupCharactersMax || !this.#mayHandOver) break;
      this.#writing.delete(lane);
      size += Math.min(batchCommandsMax, lane.entries.length);
      const batch = lane.batch ?? this.#decide(lane);
      if (batch === undefined) continue;
      group.push({ lane, batch });
      characters += batch.chain.characters;
      if (group.length < groupAccountsMax) continue;
      this.#handOver(group);
      group = [];
    }
    if (group.length > 0) this.#handOver(group);
    if (this.#reading.size > 0 || (this.#writing.size > 0 && this.#mayHandOver)) this.#schedule();
    this.#turns.sendAnswers();
  }

  /** @returns the batch to append; undefined if nothing is, and the lane is on its way. */
  #decide(lane: Lane): Batch | undefined {
    const outside = this.#turns.decide(lane);
    if (lane.batch === undefined) this.#goOn(lane, outside);
    return lane.batch;
  }

  #goOn(lane: Lane, outside: Outside): void {
    if (outside === undefined) this.#proceed(lane);
    else void this.#await(lane, outside);
  }

  #handOver(group: readonly Sent[]): void {
    this.#groupsUnderWay += 1;
    void this.#dependencies.store.appendAll(group.map(({ batch }) => batch.chain)).then((outcomes) => {
      this.#groupsUnderWay -= 1;
      for (const [index, { lane, batch }] of group.entries()) {
        this.#goOn(lane, this.#turns.conclude(lane, batch, outcomes[index]));
      }
      this.#step();
    });
  }
}
