import { randomBytes } from 'node:crypto';
import { decide, type Decision, type Metadata, noteZone } from '#domain';
import type { Position } from '../ports/event-store.ts';
import { LongReads } from '../queries/long-reads.ts';
import { type Answer, type Request, Unavailable, unavailable, type UnavailableCode } from '../request.ts';
import { AccountLane } from './account-lane.ts';
import type { LaneDependencies, LaneParts } from './dependencies.ts';
import { type AccountRead, type LaneEntry, reject } from './entry.ts';
import { entryBytes } from './entry-bytes.ts';
import { idempotencyIndexOf } from './idempotency-index.ts';
import { IndexLag } from './index-lag.ts';
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
  readonly #parts: LaneParts;
  readonly #dependencies: LaneDependencies;
  /** Least recently used first. */
  readonly #lanes = new Map<string, AccountLane>();
  readonly #quarantined = new Map<string, string>();
  readonly #indexLag: IndexLag;
  readonly #memory: StateMemory;
  #waiting = 0;
  #waitingBytes = 0;
  #closed = false;
  #drained: (() => void) | undefined;

  constructor(parts: LaneParts) {
    this.#parts = parts;
    this.#indexLag = new IndexLag(parts.idIndex);
    this.#memory = new StateMemory(parts.limits, (latest) => {
      this.#forgetSome(latest);
    });
    this.#dependencies = {
      ...parts,
      indexLag: this.#indexLag,
      writer: parts.soleWriter ? undefined : randomBytes(writerBytes).toString('base64url'),
      memory: this.#memory,
      quarantined: (accountId, cause) => {
        this.#quarantined.set(accountId, String(cause));
        parts.quarantined(accountId, cause);
      },
    };
  }

  /** Carries out one command; answers when its events are durable. */
  run(accountId: string, request: Request): Promise<Answer> {
    return new Promise((resolve) => {
      this.#enter(accountId, {
        kind: 'commands',
        requests: [request],
        linked: false,
        answer: ([answer]) => {
          resolve(answer ?? unavailable('store_unavailable'));
        },
      });
    });
  }

  /** Carries out a linked group: all of it takes effect, in one append, or none. */
  runLinked(accountId: string, requests: readonly Request[]): Promise<readonly Answer[]> {
    return new Promise((resolve) => {
      this.#enter(accountId, { kind: 'commands', requests, linked: true, answer: resolve });
    });
  }

  /**
   * Looks at an account in its turn: sees everything that was answered before, and nothing that is not durable.
   * `look` may be called more than once.
   *
   * @throws Unavailable; what `look` throws
   */
  look<Seen>(accountId: string, look: (sight: AccountRead) => Seen): Promise<Seen> {
    return new Promise((resolve, reject) => {
      let seen: Seen;
      this.#enter(accountId, {
        kind: 'look',
        look: (sight) => {
          seen = look(sight);
        },
        done: () => {
          resolve(seen);
        },
        fail: (code) => {
          reject(new Unavailable(code));
        },
        threw: (error) => {
          const code = codeOfThrown(error);
          if (code === 'store_unavailable') this.#parts.onTransientError(accountId, error);
          reject(code === 'store_unavailable' ? new Unavailable(code, error) : (error as Error));
        },
      });
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
    return this.look(accountId, ({ state, ...sight }) => {
      const known = idempotencyIndexOf(idIndex, accountId, state);
      noteZone(state, sight.zones, sight.now);
      return decide(state, command, { ...sight, operator, priceBooks, known });
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
    return this.#memory.bytes;
  }

  /** The metadata of a hold that the id index has. */
  metadataOf(accountId: string, holdId: string): Metadata | null | undefined {
    return this.#parts.idIndex.hold(accountId, holdId)?.opening.metadata;
  }

  /** Up to where the id index is. */
  get indexed(): Position {
    return this.#parts.idIndex.position;
  }

  /** Events appended by this process that its id index has not passed yet. */
  get indexLagEvents(): number {
    return this.#indexLag.events();
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
    const count = entry.kind === 'look' ? 1 : entry.requests.length;
    const bytes = entryBytes(entry);
    const full = this.#whyFull(this.#lanes.get(accountId), count, bytes);
    if (full !== undefined) {
      reject(entry, full);
      return;
    }
    const lane = this.#laneOf(accountId);
    this.#waiting += count;
    this.#waitingBytes += bytes;
    lane.waitingBytes += bytes;
    lane.enter(
      this.#counted(entry, () => {
        this.#waiting -= count;
        this.#waitingBytes -= bytes;
        lane.waitingBytes -= bytes;
        if (this.#waiting === 0) this.#drained?.();
      }),
    );
  }

  /** No account may take more than its share of what all of them may take together. */
  #whyFull(lane: AccountLane | undefined, count: number, bytes: number): UnavailableCode | undefined {
    const { indexLagMax, indexLagCharactersMax, laneQueueMax, waitingBytesMax, waitingMax } = this.#parts.limits;
    if (this.#closed) return 'store_unavailable';
    if (this.#waiting + count > waitingMax || (lane?.waiting ?? 0) >= laneQueueMax) return 'overloaded';
    if (this.#waitingBytes + bytes > waitingBytesMax) return 'overloaded';
    if ((lane?.waitingBytes ?? 0) + bytes > waitingBytesMax / sharesOfOne) return 'overloaded';
    const lag = this.#indexLag;
    if (lag.events() > indexLagMax || lag.characters() > indexLagCharactersMax) return 'overloaded';
    return (lane?.lagCharacters ?? 0) > indexLagCharactersMax / sharesOfOne ? 'overloaded' : undefined;
  }

  /** The entry, which also says when it no longer waits. */
  #counted(entry: LaneEntry, left: () => void): LaneEntry {
    if (entry.kind === 'look') {
      return {
        ...entry,
        done: () => {
          left();
          entry.done();
        },
        fail: (code) => {
          left();
          entry.fail(code);
        },
        threw: (error) => {
          left();
          entry.threw(error);
        },
      };
    }
    return {
      ...entry,
      answer: (answers) => {
        left();
        entry.answer(answers);
      },
    };
  }

  #laneOf(accountId: string): AccountLane {
    const known = this.#lanes.get(accountId);
    const lane = known ?? new AccountLane(accountId, this.#dependencies);
    if (known !== undefined) this.#lanes.delete(accountId);
    this.#lanes.set(accountId, lane);
    return lane;
  }

  /** Forgets idle accounts until few enough are left; never the one that is at work just now, however large it is. */
  #forgetSome(latest: string): void {
    for (const [accountId, lane] of this.#lanes) {
      if (!this.#memory.isOver(this.#lanes.size)) return;
      if (accountId === latest || !lane.forgettable) continue;
      this.#lanes.delete(accountId);
      this.#memory.measured(lane.size, undefined);
    }
  }
}
