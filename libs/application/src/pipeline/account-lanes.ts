import { randomBytes } from 'node:crypto';
import { decide, type Decision, type Metadata, noteZone } from '#domain';
import type { Position } from '../ports/event-store.ts';
import { LongReads } from '../queries/long-reads.ts';
import { type Answer, type Request, Unavailable, unavailable, type UnavailableCode } from '../request.ts';
import type { LaneDependencies, LaneParts } from './dependencies.ts';
import { type AccountRead, CommandEntry, type LaneEntry, ReadEntry } from './entry.ts';
import { GroupPipeline } from './group-pipeline.ts';
import { openIdempotencyIndex } from './idempotency-index.ts';
import { IndexLag } from './index-lag.ts';
import { Lane } from './lane.ts';
import { StateMemory } from './state-memory.ts';
import { codeOfThrown } from './thrown.ts';

/** Of randomness in a process's name: no two are ever the same, and every event carries it. */
const writerBytes = 9;

/** One account may take so great a part, 1/2, of what waits and of what the id index has yet to pass. */
const sharesOfOne = 2;

/** The lanes of all accounts that this process works on; the least recently used idle ones are forgotten. */
export class AccountLanes {
  /** Of all accounts together. */
  readonly longReads = new LongReads();
  readonly #dependencies: LaneDependencies;
  readonly #pipeline: GroupPipeline;
  /** Least recently used first. */
  readonly #lanes = new Map<string, Lane>();
  readonly #quarantined = new Map<string, string>();
  #waiting = 0;
  #waitingBytes = 0;
  #closed = false;
  #drained: (() => void) | undefined;

  constructor(parts: LaneParts) {
    this.#dependencies = {
      ...parts,
      indexLag: new IndexLag(parts.idIndex),
      writer: parts.soleWriter ? undefined : randomBytes(writerBytes).toString('base64url'),
      memory: new StateMemory(parts.limits, (latest) => {
        this.#forgetSome(latest);
      }),
      quarantined: (accountId, cause) => {
        this.#quarantined.set(accountId, String(cause));
        parts.quarantined(accountId, cause);
      },
      answered: (entries) => {
        this.#answer(entries);
      },
    };
    this.#pipeline = new GroupPipeline(this.#dependencies);
  }

  /** Carries out one command; answers when its events are durable. */
  run(accountId: string, request: Request): Promise<Answer> {
    return new Promise((resolve) => {
      this.enter(accountId, request, resolve);
    });
  }

  /** As `run`, without a promise; `answer` must not throw. */
  enter(accountId: string, request: Request, answer: (answer: Answer) => void): void {
    this.#enter(
      accountId,
      new CommandEntry([request], false, ([decided]) => {
        answer(decided ?? unavailable('store_unavailable'));
      }),
    );
  }

  /** Carries out a linked group: all of it takes effect, in one append, or none. */
  runLinked(accountId: string, requests: readonly Request[]): Promise<readonly Answer[]> {
    return new Promise((resolve) => {
      this.#enter(accountId, new CommandEntry(requests, true, resolve));
    });
  }

  /**
   * Reads an account in its turn: sees everything that was answered before, and nothing that is not durable. `read` may be
   * called more than once.
   *
   * @throws Unavailable; what `read` throws
   */
  read<Seen>(accountId: string, read: (account: AccountRead) => Seen): Promise<Seen> {
    return new Promise((resolve, reject) => {
      const failed = (error: unknown): void => {
        const isOfStore = codeOfThrown(error) === 'store_unavailable';
        if (isOfStore) this.#dependencies.onTransientError(accountId, error);
        reject(isOfStore ? new Unavailable('store_unavailable', error) : (error as Error));
      };
      this.#enter(accountId, new ReadEntry(read, resolve, failed));
    });
  }

  /**
   * What a command would come to at this moment, by the very rules that decide it; nothing happens, and nothing is
   * promised either.
   *
   * @throws Unavailable
   */
  tryOut(accountId: string, { command, operator }: Pick<Request, 'command' | 'operator'>): Promise<Decision> {
    const { idIndex, priceBooks } = this.#dependencies;
    return this.read(accountId, ({ state, ...read }) => {
      const known = openIdempotencyIndex(idIndex, accountId, state);
      noteZone(state, read.zones, read.now);
      return decide(state, command, { ...read, operator, priceBooks, known });
    });
  }

  /** Commands and reads that wait at present. */
  get waiting(): number {
    return this.#waiting;
  }

  get accountsInMemory(): number {
    return this.#lanes.size;
  }

  /** About how many bytes of memory their states take. */
  get stateBytes(): number {
    return this.#dependencies.memory.bytes;
  }

  /** The metadata of a hold that the id index has. */
  readMetadata(accountId: string, holdId: string): Metadata | null | undefined {
    return this.#dependencies.idIndex.hold(accountId, holdId)?.opening.metadata;
  }

  /** Up to where the id index is. */
  get indexed(): Position {
    return this.#dependencies.idIndex.position;
  }

  /** Events appended by this process that its id index has not passed yet. */
  get indexLagEvents(): number {
    return this.#dependencies.indexLag.events();
  }

  /** Accounts that are out of service, with the reasons. */
  quarantined(): readonly (readonly [accountId: string, reason: string])[] {
    return [...this.#quarantined];
  }

  /** Takes no more entries and resolves when the last one that waits is answered. */
  async drain(): Promise<void> {
    this.#closed = true;
    if (this.#waiting === 0) return;
    await new Promise<void>((resolve) => {
      this.#drained = resolve;
    });
  }

  #enter(accountId: string, entry: LaneEntry): void {
    const full = this.#whyFull(this.#lanes.get(accountId), entry);
    if (full !== undefined) {
      entry.reject(full);
      entry.answer();
      return;
    }
    this.#waiting += entry.count;
    this.#waitingBytes += entry.bytes;
    this.#pipeline.enter(this.#ensureLane(accountId), entry);
  }

  /** No account may take more than its share of what all of them may take together. */
  #whyFull(lane: Lane | undefined, { count, bytes }: LaneEntry): UnavailableCode | undefined {
    const { indexLag: lag, limits } = this.#dependencies;
    const { indexLagMax, indexLagCharactersMax, laneQueueMax, waitingBytesMax, waitingMax } = limits;
    if (this.#closed) return 'store_unavailable';
    if (this.#waiting + count > waitingMax || this.#waitingBytes + bytes > waitingBytesMax) return 'overloaded';
    if (lag.events() > indexLagMax || lag.characters() > indexLagCharactersMax) return 'overloaded';
    if ((lane?.waitingBytes ?? 0) + bytes > waitingBytesMax / sharesOfOne) return 'overloaded';
    if (lane === undefined) return undefined;
    if (lane.entries.length >= laneQueueMax) return 'overloaded';
    return lane.indexLag.characters() > indexLagCharactersMax / sharesOfOne ? 'overloaded' : undefined;
  }

  #answer(entries: readonly LaneEntry[]): void {
    for (const { count, bytes } of entries) {
      this.#waiting -= count;
      this.#waitingBytes -= bytes;
    }
    for (const entry of entries) entry.answer();
    if (this.#waiting === 0) this.#drained?.();
  }

  #ensureLane(accountId: string): Lane {
    const known = this.#lanes.get(accountId);
    const lane = known ?? new Lane(accountId, this.#dependencies);
    if (known !== undefined) this.#lanes.delete(accountId);
    this.#lanes.set(accountId, lane);
    return lane;
  }

  /** Forgets idle accounts until few enough are left; never the one that is at work just now, however large it is. */
  #forgetSome(latest: string): void {
    const { memory } = this.#dependencies;
    for (const [accountId, lane] of this.#lanes) {
      if (!memory.isOver(this.#lanes.size)) return;
      if (accountId === latest || !lane.isForgettable) continue;
      this.#lanes.delete(accountId);
      memory.measured(lane.size, undefined);
    }
  }
}
