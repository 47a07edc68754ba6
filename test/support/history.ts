import { type AccountRead, type Answer, type EventStore, Unavailable } from '#application';
import { accountStream, balanceTexts, type Command } from '#domain';
import { asked, HandClock, outcome, type Replica } from './replica.ts';

/** The time of day for several processes: it is moved in steps, and only forwards. */
export class SharedTime {
  /** All times that it ever was, ms since 1970. */
  readonly moments: number[];
  #now: number;

  constructor(time: number) {
    this.#now = time;
    this.moments = [time];
  }

  get now(): number {
    return this.#now;
  }

  moveTo(time: number): void {
    if (time <= this.#now) return;
    this.#now = time;
    this.moments.push(time);
  }
}

/** The clock of one process, always a little before or behind the time of day. */
export class SkewedClock extends HandClock {
  readonly skewMs: number;
  readonly #shared: SharedTime;

  constructor(shared: SharedTime, skewMs: number) {
    super(shared.now);
    this.#shared = shared;
    this.skewMs = skewMs;
  }

  override now(): number {
    return this.#shared.now + this.skewMs;
  }
}

/** What a look at an account showed. */
export interface Seen {
  readonly revision: number;
  readonly now: number;
  /** All parts of the balance, and the number of open holds. */
  readonly shown: string;
}

/** What an account shows in a look. */
export function showState({ summary, openHolds }: AccountRead['state']): string {
  return JSON.stringify([balanceTexts(summary.balance), openHolds.size]);
}

/** One thing that was asked of one process, and what it said. */
export interface Call {
  readonly accountId: string;
  readonly replica: number;
  /** Null: a look. */
  readonly command: Command | null;
  readonly operator: boolean;
  /** Place among all sendings and answers of the history. */
  readonly sentAt: number;
  /** Undefined: it was never answered. */
  answeredAt: number | undefined;
  answer: Answer | undefined;
  seen: Seen | undefined;
  /** Revision of the account's last stored event when the answer came. */
  headThen: number;
  /** What the clock of that process showed in between, ms since 1970. */
  walls: readonly number[];
}

/** Everything that was asked of several processes over one store, in one order. */
export class History {
  readonly calls: Call[] = [];
  readonly #store: EventStore;
  readonly #replicas: readonly Replica[];
  readonly #time: SharedTime;
  #ticks = 0;
  answered = 0;

  constructor(store: EventStore, replicas: readonly Replica[], time: SharedTime) {
    this.#store = store;
    this.#replicas = replicas;
    this.#time = time;
  }

  async ask(replica: number, accountId: string, command: Command, operator = false): Promise<Answer> {
    const { call, one, wallsSince } = this.#begin(replica, accountId, command, operator);
    const request = { ...asked(command, operator), correlationId: `call ${String(call.sentAt)}` };
    const answer = await one.lanes.run(accountId, request);
    call.answer = answer;
    await this.#end(call, wallsSince);
    return answer;
  }

  async read(replica: number, accountId: string): Promise<void> {
    const { call, one, wallsSince } = this.#begin(replica, accountId, null, false);
    try {
      call.seen = await one.lanes.read(accountId, ({ state, now, revision }) => {
        return { revision, now, shown: showState(state) };
      });
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
      call.answer = { kind: 'refused', code: error.code };
    }
    await this.#end(call, wallsSince);
  }

  #begin(index: number, accountId: string, command: Command | null, operator: boolean): Begun {
    const one = this.#replicas[index % this.#replicas.length];
    if (one === undefined) throw new RangeError('there are replicas');
    const call: Call = {
      accountId,
      replica: index % this.#replicas.length,
      command,
      operator,
      sentAt: this.#tick(),
      answeredAt: undefined,
      answer: undefined,
      seen: undefined,
      headThen: -1,
      walls: [],
    };
    this.calls.push(call);
    return { call, one, wallsSince: this.#time.moments.length - 1 };
  }

  async #end(call: Call, wallsSince: number): Promise<void> {
    call.answeredAt = this.#tick();
    this.answered += 1;
    const { clock } = this.#replicas[call.replica] ?? {};
    const skewMs = clock instanceof SkewedClock ? clock.skewMs : 0;
    call.walls = this.#time.moments.slice(wallsSince).map((moment) => moment + skewMs);
    // Asked at this very moment, whenever the store says it.
    const page = this.#store.readStream(accountStream(call.accountId), 0, 0);
    call.headThen = (await page).head;
  }

  #tick(): number {
    this.#ticks += 1;
    return this.#ticks;
  }
}

interface Begun {
  readonly call: Call;
  readonly one: Replica;
  readonly wallsSince: number;
}

/** What a call was told, in a word: `done`, `again`, `seen`, `nothing`, or the code of a refusal. */
export function saidIn({ answer, seen }: Call): string {
  if (seen !== undefined) return 'seen';
  if (answer === undefined) return 'nothing';
  return outcome(answer);
}
