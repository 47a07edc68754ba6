import type { AccountState, Command, Metadata, ZoneDatabase } from '#domain';
import { type Answer, type Request, Unavailable, unavailable, type UnavailableCode } from '../request.ts';
import { asksToReadOn } from './thrown.ts';

/** A request that waits takes about so many bytes besides what its caller chose: with all that will send its answer. */
const requestBytes = 2_048;

/** The largest body of terms. */
const termsBytes = 16 * 1_024;

/**
 * What waits for an account, and then what it came to. It may be decided more than once; it is answered once, when
 * everything that its answer rests on is durable.
 */
export interface LaneEntry {
  /** How many commands or reads it is. */
  readonly count: number;
  /** About how many bytes of memory it takes while it waits. */
  readonly bytes: number;
  /** It could not be decided. */
  reject(code: UnavailableCode): void;
  /** Tells what it came to. */
  answer(): void;
}

/** A command, or a linked group: commands that are decided one after the other in one append. */
export class CommandEntry implements LaneEntry {
  readonly requests: readonly Request[];
  /** All of them take effect, or none. */
  readonly isLinked: boolean;
  readonly bytes: number;
  decided: readonly Answer[] = [];
  readonly #tell: (answers: readonly Answer[]) => void;

  constructor(requests: readonly Request[], isLinked: boolean, tell: (answers: readonly Answer[]) => void) {
    this.requests = requests;
    this.isLinked = isLinked;
    this.bytes = requests.reduce((sum, { command }) => sum + requestBytes + chosenBytes(command), 0);
    this.#tell = tell;
  }

  get count(): number {
    return this.requests.length;
  }

  reject(code: UnavailableCode): void {
    this.decided = this.requests.map(() => unavailable(code));
  }

  answer(): void {
    this.#tell(this.decided);
  }
}

/** What a read is given: the account as if everything due at `now` had happened. */
export interface AccountRead {
  readonly state: AccountState;
  readonly now: number;
  /** What the wall clock said; behind `now` where an earlier event, or what a reader was told, was ahead of it. */
  readonly wallClock: number;
  /** What this machine knows of time zones. */
  readonly zones: ZoneDatabase;
  /** Most bytes that the account's open holds may take at this moment. */
  readonly openHoldBytesMax: number;
  /** Revision of the last stored event that the answer rests on. */
  readonly revision: number;
}

/** A read of the account. What it does to the state is taken back, and if it throws, that is its own affair. */
export class ReadEntry<Seen = unknown> implements LaneEntry {
  readonly count = 1;
  readonly bytes = requestBytes;
  readonly #read: (account: AccountRead) => Seen;
  readonly #resolve: (seen: Seen) => void;
  readonly #reject: (error: unknown) => void;
  #tell: () => void = () => undefined;

  constructor(read: (account: AccountRead) => Seen, resolve: (seen: Seen) => void, reject: (error: unknown) => void) {
    this.#read = read;
    this.#resolve = resolve;
    this.#reject = reject;
  }

  /**
   * Shows it the account; returns whether it has seen it.
   *
   * @throws UnknownPrices, StaleState: something has to be read first.
   */
  show(account: AccountRead): boolean {
    try {
      const seen = this.#read(account);
      this.#tell = () => {
        this.#resolve(seen);
      };
      return true;
    } catch (error) {
      if (asksToReadOn(error)) throw error;
      this.#tell = () => {
        this.#reject(error);
      };
      return false;
    }
  }

  reject(code: UnavailableCode): void {
    this.#tell = () => {
      this.#reject(new Unavailable(code));
    };
  }

  answer(): void {
    this.#tell();
  }
}

function chosenBytes(command: Command): number {
  switch (command.kind) {
    case 'freeze':
    case 'open-account':
      return textsBytes(command.metadata);
    case 'settle':
      return textsBytes(command.evidence);
    case 'change-terms':
      return termsBytes;
    default:
      return 0;
  }
}

/** Two bytes for each character, as for those that are not Latin. */
function textsBytes(texts: Metadata | null): number {
  if (texts === null) return 0;
  return 2 * Object.entries(texts).reduce((sum, [name, text]) => sum + name.length + text.length, 0);
}
