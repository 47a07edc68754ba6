import { accounts } from './accounts.ts';
import { bills } from './bills.ts';
import { corrections } from './corrections.ts';
import { UnexpectedAnswer } from './errors.ts';
import { budgets, warnings } from './guards.ts';
import { holds } from './holds.ts';
import { keys } from './keys.ts';
import { bind, type Bound } from './methods.ts';
import { orders, unmatchedPayments } from './orders.ts';
import { packs } from './packs.ts';
import { priceBooks } from './price-books.ts';
import { proofs } from './proofs.ts';
import { type CallOptions, type HoldfastClientOptions, RouteCaller } from './route-caller.ts';
import { webhooks } from './webhooks.ts';

/** All groups of methods but those to accounts and holds, by their subject. */
const groups = {
  /** Endpoints that events are delivered to. */
  webhooks,
  /** Bills and statements. */
  bills,
  /** Refunds of charges, reversals of deposits. */
  corrections,
  /** Top-up orders. */
  orders,
  /** Payments that no order takes. */
  unmatchedPayments,
  /** Resource packs. */
  packs,
  budgets,
  warnings,
  /** What verifications cost. */
  priceBooks,
  /** Checkpoints, proofs from them, and the log of exports. */
  proofs,
  /** API keys. */
  keys,
};

type Groups = { readonly [Subject in keyof typeof groups]: Bound<(typeof groups)[Subject]> };

class Client {
  readonly #caller: RouteCaller;

  constructor(options: HoldfastClientOptions) {
    const caller = new RouteCaller(options);
    this.#caller = caller;
    Object.assign(this, bind(caller, accounts), bind(caller, holds));
    for (const [subject, group] of Object.entries(groups)) Object.assign(this, { [subject]: bind(caller, group) });
  }

  /** Whether the service takes work now; asked once, so that whoever waits for it chooses the pauses. */
  async ready(options: CallOptions = {}): Promise<boolean> {
    try {
      await this.#caller.ask('GET', '/health/ready', undefined, { ...options, retriesMax: 0 });
      return true;
    } catch (error) {
      if (error instanceof UnexpectedAnswer && error.status === 503) return false;
      throw error;
    }
  }
}

/**
 * The routes of Holdfast, one method each: those to accounts and holds here, all others by their subject.
 *
 * **Retries.** A call has one deadline (`timeoutMs`, 10 s by default), within which it is tried again after a lost
 * connection, a try without an answer (`tryTimeoutMs`, 4 s), and every problem that may pass: 503, 500, and 429 where
 * the catalogue says so. It pauses longer each time, with jitter, and at least as long as `Retry-After` asks.
 * Repeating is safe because the caller chooses the ids: whatever is sent twice with the same id and the same content
 * happens once and is answered alike, for ever. So every try sends the same bytes, and a program that was killed sends
 * its request again instead of asking what became of it. Never make a new id for a repetition. What must not be repeated
 * is tried once: `keys.create`, whose id the service makes, and what shows the secret of a webhook endpoint.
 *
 * **Answers.** Reads give the value, commands {@link Done}. Amounts are decimal strings, times RFC 3339.
 *
 * Every method throws HoldfastProblem when the service says no, HoldfastUnreachable when no answer came in time,
 * UnexpectedAnswer when what came is not the service's, and the signal's reason when it is aborted; after the last
 * three the request may have taken effect.
 */
export type HoldfastClient = Client & Bound<typeof accounts> & Bound<typeof holds> & Groups;

/** @throws TypeError if the address is no http or https URL, or the key has characters that no header may have */
export const HoldfastClient = Client as new (options: HoldfastClientOptions) => HoldfastClient;
