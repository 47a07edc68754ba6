import { randomBytes } from 'node:crypto';
import { unavailable, Unavailable, type Answer, type Request, type UnavailableCode } from '../request.ts';
import { AccountLane } from './account-lane.ts';
import { turnAway, type LaneEntry, type Sight } from './entry.ts';
import { IndexLag } from './index-lag.ts';
import type { LaneParts, LaneSurroundings } from './surroundings.ts';
import { codeOfThrown } from './thrown.ts';

/** Of randomness in a process's name: no two are ever the same, and every event carries it. */
const writerBytes = 9;

/** The lanes of all accounts that this process works on; the least recently used idle ones are forgotten. */
export class AccountLanes {
  readonly #parts: LaneParts;
  readonly #surroundings: LaneSurroundings;
  /** Least recently used first. */
  readonly #lanes = new Map<string, AccountLane>();
  readonly #quarantined = new Map<string, string>();
  readonly #indexLag: IndexLag;
  /** Open holds in the states of all lanes, each counted when it was last idle. */
  #openHolds = 0;
  #waiting = 0;
  #closed = false;
  #drained: (() => void) | undefined;

  constructor(parts: LaneParts) {
    this.#parts = parts;
    this.#indexLag = new IndexLag(parts.idIndex);
    this.#surroundings = {
      ...parts,
      indexLag: this.#indexLag,
      writer: parts.soleWriter ? undefined : randomBytes(writerBytes).toString('base64url'),
      becameIdle: (accountId, more) => {
        this.#openHolds += more;
        this.#forgetSome(accountId);
      },
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
  look<Seen>(accountId: string, look: (sight: Sight) => Seen): Promise<Seen> {
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
          if (code === 'store_unavailable') this.#parts.faltered(accountId, error);
          reject(code === 'store_unavailable' ? new Unavailable(code, error) : (error as Error));
        },
      });
    });
  }

  /** Commands and reads that wait at present. */
  get waiting(): number {
    return this.#waiting;
  }

  get accountsInMemory(): number {
    return this.#lanes.size;
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
    const full = this.#whyFull(this.#lanes.get(accountId)?.waiting ?? 0, count);
    if (full !== undefined) {
      turnAway(entry, full);
      return;
    }
    this.#waiting += count;
    this.#laneOf(accountId).enter(this.#counted(entry, count));
  }

  #whyFull(laneWaiting: number, count: number): UnavailableCode | undefined {
    const { limits } = this.#parts;
    if (this.#closed) return 'store_unavailable';
    if (this.#waiting + count > limits.waitingMax || laneWaiting >= limits.laneQueueMax) return 'overloaded';
    return this.#indexLag.events() > limits.indexLagMax ? 'overloaded' : undefined;
  }

  /** The entry, which also says when it no longer waits. */
  #counted(entry: LaneEntry, count: number): LaneEntry {
    const left = (): void => {
      this.#waiting -= count;
      if (this.#waiting === 0) this.#drained?.();
    };
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
    const lane = known ?? new AccountLane(accountId, this.#surroundings);
    if (known !== undefined) this.#lanes.delete(accountId);
    this.#lanes.set(accountId, lane);
    return lane;
  }

  /** Forgets idle accounts until few enough are left; never the one that is at work just now, however large it is. */
  #forgetSome(latest: string): void {
    const { accountsInMemoryMax, openHoldsInMemoryMax } = this.#parts.limits;
    for (const [accountId, lane] of this.#lanes) {
      if (this.#lanes.size <= accountsInMemoryMax && this.#openHolds <= openHoldsInMemoryMax) return;
      if (accountId === latest || !lane.forgettable) continue;
      this.#lanes.delete(accountId);
      this.#openHolds -= lane.openHolds;
    }
  }
}
