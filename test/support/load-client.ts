import { setTimeout as pause } from 'node:timers/promises';
import type { Answer } from '#application';
import { type Command, parseMoney } from '#domain';
import { deposit, fail, freeze, release, settle, withdraw } from './commands.ts';
import type { Dice } from './dice.ts';
import type { History, SharedTime } from './history.ts';

/** How long a client waits for an answer before it goes on, or asks another process, in ms. */
const patienceMs = 60;

/** Of these, newest last, clients choose holds to work on. */
const holdsRememberedMax = 16;

const products = ['first-ten-free', 'by-match', 'zigzag'] as const;

interface KnownHold {
  readonly holdId: string;
  readonly openedAt: number;
  readonly deadline: number;
}

/** An account that many clients work on, and what they have told each other about it. */
export class BusyAccount {
  readonly accountId: string;
  readonly holds: KnownHold[] = [];

  constructor(accountId: string) {
    this.accountId = accountId;
  }

  opened(holdId: string, body: string): void {
    const { openedAt, expiresAt } = JSON.parse(body) as { openedAt: string; expiresAt: string };
    this.holds.push({ holdId, openedAt: Date.parse(openedAt), deadline: Date.parse(expiresAt) });
    if (this.holds.length > holdsRememberedMax) this.holds.shift();
  }

  /** The nearest deadline after `now`; undefined if there is none. */
  nextDeadline(now: number): KnownHold | undefined {
    const ahead = this.holds.filter(({ deadline }) => deadline > now);
    return ahead.reduce<KnownHold | undefined>(
      (best, hold) => (best === undefined || hold.deadline < best.deadline ? hold : best),
      undefined,
    );
  }
}

/**
 * A client among many: asks the processes in turn, settles and releases what others have frozen too, sends things twice,
 * at once and later, and goes on if an answer takes too long.
 */
export class LoadClient {
  readonly #name: string;
  readonly #accounts: readonly BusyAccount[];
  readonly #history: History;
  readonly #time: SharedTime;
  readonly #dice: Dice;
  readonly #sent: (readonly [BusyAccount, Command])[] = [];
  readonly #waiting = new Set<Promise<unknown>>();
  #advance: number;
  #ids = 0;

  constructor(name: string, accounts: readonly BusyAccount[], history: History, time: SharedTime, dice: Dice) {
    this.#name = name;
    this.#accounts = accounts;
    this.#history = history;
    this.#time = time;
    this.#dice = dice;
    this.#advance = dice.between(0, 2);
  }

  /** Asks for so many things, one after the other, and waits for what was not answered in time. */
  async work(calls: number): Promise<void> {
    for (let call = 0; call < calls; call += 1) await this.#step();
    await Promise.all(this.#waiting);
  }

  async #step(): Promise<void> {
    const dice = this.#dice;
    const account = dice.pick(this.#accounts);
    if (account === undefined) return;
    if (dice.falls(12)) {
      await this.#patiently(this.#history.read(this.#next(), account.accountId));
      return;
    }
    const again = dice.falls(6) ? dice.pick(this.#sent) : undefined;
    const [where, command] = again ?? [account, this.#command(account)];
    this.#sent.push([where, command]);
    const operator = dice.falls(20);
    const asked = [this.#ask(where, command, operator)];
    if (dice.falls(8)) asked.push(this.#ask(where, command, operator));
    if (await this.#patiently(Promise.all(asked))) return;
    if (dice.falls(50)) await this.#patiently(this.#ask(where, command, operator));
  }

  /** Whether the answer came in time. */
  async #patiently(answer: Promise<unknown>): Promise<boolean> {
    const waiting = answer.finally(() => this.#waiting.delete(waiting));
    this.#waiting.add(waiting);
    const timer = new AbortController();
    const tooLate = pause(patienceMs, false, { signal: timer.signal }).catch(() => false);
    const inTime = await Promise.race([waiting.then(() => true), tooLate]);
    timer.abort();
    return inTime;
  }

  async #ask(account: BusyAccount, command: Command, operator: boolean): Promise<Answer> {
    const answer = await this.#history.ask(this.#next(), account.accountId, command, operator);
    if (command.kind === 'freeze' && answer.kind === 'done' && !answer.replayed) {
      account.opened(command.holdId, answer.body);
    }
    return answer;
  }

  #next(): number {
    this.#advance += 1;
    return this.#advance;
  }

  #command(account: BusyAccount): Command {
    const dice = this.#dice;
    const hold = dice.pick(account.holds);
    if (dice.falls(8)) return deposit(this.#id('d'), String(dice.between(1, 3)));
    if (dice.falls(3)) return withdraw(this.#id('w'), '1');
    if (hold === undefined || dice.falls(40)) return this.#freeze();
    if (dice.falls(3)) return freeze(hold.holdId, '77', 1);
    if (dice.falls(6)) return { kind: 'expire-due' };
    if (dice.falls(12)) return fail(hold.holdId, this.#id('a'));
    if (dice.falls(25)) return release(hold.holdId);
    return this.#settle(hold);
  }

  #freeze(): Command {
    const dice = this.#dice;
    const holdId = this.#id('h');
    const ttlSeconds = dice.between(1, 3);
    if (dice.falls(60)) return freeze(holdId, String(dice.between(1, 4)), ttlSeconds);
    const product = dice.pick(products) ?? products[0];
    const quantity = dice.between(1, 3);
    return { kind: 'freeze', holdId, product, quantity, amount: null, ttlSeconds, budget: null, metadata: null };
  }

  #settle({ holdId, openedAt, deadline }: KnownHold): Command {
    const dice = this.#dice;
    const completedAt = dice.falls(50) ? dice.between(openedAt, Math.min(deadline - 1, this.#time.now)) : null;
    const outcome = dice.falls(80) ? 'match' : 'mismatch';
    const amount = dice.falls(10) ? parseMoney('0.5') : null;
    return { ...settle(holdId, completedAt), outcome, amount };
  }

  #id(kind: string): string {
    this.#ids += 1;
    return `${this.#name}-${kind}${String(this.#ids)}`;
  }
}
