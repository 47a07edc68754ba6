import type { Caller, Reply } from './caller.ts';
import type { Dice } from './dice.ts';

/** Something that a client asked for, with the answer once it came. Asked again, it must be answered the same. */
export interface Errand {
  readonly accountId: string;
  readonly path: string;
  readonly body: object;
  /** The event that it leaves, as `type id`: there is no other of this name in the account. */
  readonly event: string;
  answer: Reply | undefined;
}

/** Whoever takes requests. */
export type Poster = Pick<Caller, 'post'>;

interface Hold {
  readonly accountId: string;
  readonly holdId: string;
  readonly amount: number;
  failures: number;
}

/**
 * A client that works on several accounts, one request after the other, with ids of its own, and keeps a record of all
 * that it asked for. All its amounts are whole numbers, and there is money for everything.
 */
export class Client {
  readonly errands: Errand[] = [];
  readonly #name: string;
  readonly #accounts: readonly string[];
  readonly #dice: Dice;
  readonly #holds: Hold[] = [];

  constructor(name: string, accounts: readonly string[], dice: Dice) {
    this.#name = name;
    this.#accounts = accounts;
    this.#dice = dice;
  }

  /** What was asked for and never answered. */
  get unanswered(): readonly Errand[] {
    return this.errands.filter(({ answer }) => answer === undefined);
  }

  /** Asks for one thing after the other, until an answer does not come or says no. Returns that answer, if it came. */
  async work(caller: Poster): Promise<Reply | undefined> {
    for (;;) {
      const next = this.#next();
      this.errands.push(next);
      const reply = await ask(caller, next);
      if (reply === undefined || reply.status >= 300) return reply;
      next.answer = reply;
    }
  }

  #next(): Errand {
    const dice = this.#dice;
    const hold = dice.pick(this.#holds);
    if (dice.falls(10)) return this.#deposit(dice.pick(this.#accounts) ?? '');
    if (hold === undefined || dice.falls(45)) return this.#freeze(dice.pick(this.#accounts) ?? '');
    if (dice.falls(25)) return this.#fail(hold);
    this.#holds.splice(this.#holds.indexOf(hold), 1);
    return dice.falls(60)
      ? this.#settle(hold)
      : errandOn(hold, 'release', 'hold-released.v1', { reason: 'not issued' });
  }

  #deposit(accountId: string): Errand {
    const depositId = this.#newId('d');
    const body = { depositId, amount: String(this.#dice.between(1, 99)) };
    return errand(accountId, 'deposits', `funds-deposited.v1 ${depositId}`, body);
  }

  #freeze(accountId: string): Errand {
    const holdId = this.#newId('h');
    const amount = this.#dice.between(1, 9);
    this.#holds.push({ accountId, holdId, amount, failures: 0 });
    const body = { holdId, amount: String(amount) };
    return errand(accountId, 'holds', `funds-frozen.v1 ${holdId}`, body);
  }

  #settle(hold: Hold): Errand {
    const amount = String(this.#dice.between(0, hold.amount));
    return errandOn(hold, 'settle', 'hold-settled.v1', { outcome: 'match', amount });
  }

  #fail(hold: Hold): Errand {
    hold.failures += 1;
    const attemptId = `a${String(hold.failures)}`;
    const failing = errandOn(hold, 'fail', 'call-failed.v1', { attemptId, reason: 'camera broke' });
    return { ...failing, event: `${failing.event} ${attemptId}` };
  }

  #newId(kind: string): string {
    return `${this.#name}-${kind}${String(this.errands.length)}`;
  }
}

function errand(accountId: string, route: string, event: string, body: object): Errand {
  return { accountId, path: `/v1/accounts/${accountId}/${route}`, body, event, answer: undefined };
}

function errandOn({ accountId, holdId }: Hold, verb: string, type: string, body: object): Errand {
  return errand(accountId, `holds/${holdId}/${verb}`, `${type} ${holdId}`, body);
}

/** The answer to an errand; undefined if the connection broke before it came. */
export async function ask(caller: Poster, { path, body }: Errand): Promise<Reply | undefined> {
  try {
    return await caller.post(path, body);
  } catch {
    return undefined;
  }
}
