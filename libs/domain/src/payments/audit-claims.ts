import type { FundsDeposited } from '../balance/events.ts';
import type { AccountEvent } from '../core/events.ts';
import type { Violation, ViolationKind } from '../core/violation.ts';
import type { PaymentClaimed } from './claims.ts';
import { toPaymentId } from './events.ts';

/** What was noted before, by keys; no key has a line break in it. */
export interface NotedKeys {
  /** False if the key was noted before. */
  note(key: string): boolean;
  has(key: string): boolean;
}

/**
 * One transaction of a channel is one payment of the whole ledger: followed over the events of all accounts, in the
 * log's order, so also where accounts are otherwise audited apart. What was credited before there were claims is held
 * to the same, but for the claim. Remembers keys alone, and uses neither the register of payments nor `evolve`.
 */
export class ClaimsAudit {
  readonly #noted: NotedKeys;
  /** By them an order's channel is found again, without keeping it for each order. */
  readonly #channels = new Set<string>();

  constructor(noted: NotedKeys) {
    this.#noted = noted;
  }

  /** The next event of a transaction's own stream. */
  claim({ channel, transactionId, accountId }: PaymentClaimed): Violation | undefined {
    const payment = toPaymentId(channel, transactionId);
    const named = `transaction ${transactionId} of ${channel}`;
    if (!this.#noted.note(`claim ${payment}`)) return wrong(`${named} is claimed a second time`);
    if (accountId !== null) this.#noted.note(`claim ${payment} ${accountId}`);
    const credited = this.#noted.has(`credit ${payment}`);
    const ours = accountId !== null && this.#noted.has(`credit ${payment} ${accountId}`);
    if (!credited || ours) return undefined;
    return wrong(`${named} is claimed for ${accountId ?? 'nobody'}, and another account has it`);
  }

  /** An unmatched payment was given to an account; before there were links only this tells which deposit it was. */
  assigned({
    paymentId,
    accountId,
  }: {
    readonly paymentId: string;
    readonly accountId: string;
  }): Violation | undefined {
    if (this.#noted.has(`credit ${paymentId} ${accountId}`)) return undefined;
    return this.#credit(paymentId, accountId);
  }

  /** The next event of an account. */
  arrive(accountId: string, event: AccountEvent): Violation | undefined {
    if (event.type === 'order-opened.v1') {
      const { orderId, channel } = event.data;
      this.#channels.add(channel);
      this.#noted.note(orderKey(accountId, orderId, channel));
    }
    if (event.type === 'order-paid.v1') {
      const { orderId, transactionId } = event.data;
      const channel = [...this.#channels].find((name) => this.#noted.has(orderKey(accountId, orderId, name)));
      return channel === undefined ? undefined : this.#credit(toPaymentId(channel, transactionId), accountId);
    }
    return event.type === 'funds-deposited.v1' ? this.#deposited(accountId, event.data) : undefined;
  }

  #deposited(accountId: string, { paymentId, depositId }: FundsDeposited): Violation | undefined {
    if (paymentId === null) return undefined;
    const violation = this.#credit(paymentId, accountId);
    if (violation !== undefined || this.#noted.has(`claim ${paymentId} ${accountId}`)) return violation;
    return {
      kind: 'payment-unclaimed',
      detail: `deposit ${depositId} is a payment that ${accountId} never claimed`,
    };
  }

  #credit(paymentId: string, accountId: string): Violation | undefined {
    const first = this.#noted.note(`credit ${paymentId}`);
    const again = !this.#noted.note(`credit ${paymentId} ${accountId}`);
    if (!first) {
      const where = again ? 'this very account' : 'another account';
      return { kind: 'payment-credited-twice', detail: `payment ${paymentId} was credited to ${where} before` };
    }
    const claimed = this.#noted.has(`claim ${paymentId}`) && !this.#noted.has(`claim ${paymentId} ${accountId}`);
    return claimed ? wrong(`payment ${paymentId} is credited to ${accountId}, and was claimed for another`) : undefined;
  }
}

/** No id has a space or a slash. */
function orderKey(accountId: string, orderId: string, channel: string): string {
  return `order ${accountId}/${orderId} ${channel}`;
}

function wrong(detail: string): Violation {
  const kind: ViolationKind = 'payment-claim-wrong';
  return { kind, detail };
}
