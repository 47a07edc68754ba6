import {
  type EndingOutcome,
  type EventStore,
  laneLimits,
  type NoticeOutcome,
  PaymentClaims,
  PaymentEndings,
  type PaymentNotice,
  PaymentNotices,
  UnmatchedPayments,
} from '#application';
import { type Command, parseMoney } from '#domain';
import { type HandClock, type outcome, Replica } from './replica.ts';

const cause = { actor: 'test', correlationId: 'test' };

export type Said = ReturnType<typeof outcome>;

/** An order for an account, as a route makes it of a body. */
export function order(orderId: string, amount: string, channel = 'reference'): Command {
  return { kind: 'open-order', orderId, amount: parseMoney(amount), channel, payer: null, channelKnown: true };
}

/** What a channel says of a payment of 100, unless told otherwise. */
export function paid(
  transactionId: string,
  orderName: string,
  paidAt: number,
  change: { readonly amount?: string; readonly currency?: string } = {},
): PaymentNotice {
  const { amount = '100', currency = 'CNY' } = change;
  return { transactionId, order: orderName, amount: parseMoney(amount), currency, paidAt };
}

/** One process that takes word from channels, without its routes, over a store that others may share. */
export class PaymentProcess {
  readonly replica: Replica;
  readonly unmatched: UnmatchedPayments;
  readonly claims: PaymentClaims;
  readonly endings: PaymentEndings;
  readonly notices: PaymentNotices;
  broken: unknown;

  constructor(store: EventStore, clock: HandClock) {
    this.replica = new Replica(store, clock, { soleWriter: false });
    const limits = { ...laneLimits, resendPauseMs: 1, resendTriesMax: 2 };
    this.unmatched = new UnmatchedPayments(store, clock, limits, (reason) => {
      this.broken = reason;
    });
    const { commands, lanes, index } = this.replica;
    this.claims = new PaymentClaims(store, clock, index, limits, (reason) => {
      this.broken = reason;
    });
    this.endings = new PaymentEndings(commands, lanes, index, this.unmatched, this.claims);
    this.notices = new PaymentNotices(commands, lanes, index, this.unmatched, this.endings, this.claims);
  }

  take(notice: PaymentNotice, channel = 'reference'): Promise<NoticeOutcome> {
    return this.notices.take(channel, notice, cause);
  }

  assign(paymentId: string, accountId: string, reason = 'theirs'): Promise<EndingOutcome> {
    return this.endings.end(paymentId, { kind: 'assign', accountId, reason }, cause);
  }

  payBack(paymentId: string, reason = 'nobody’s', reference: string | null = null): Promise<EndingOutcome> {
    return this.endings.end(paymentId, { kind: 'pay-back', reason, reference }, cause);
  }
}

/** What a notice or an ending came to, in a few words. */
export function summarizeOutcome(said: NoticeOutcome | EndingOutcome): string {
  switch (said.kind) {
    case 'refused':
      return said.field === undefined ? said.code : `${said.code} ${said.field}`;
    case 'ended':
      return `${said.payment.status}${said.replayed ? ' again' : ''}`;
    case 'unmatched':
      return `unmatched ${said.payment.reason}${said.replayed ? ' again' : ''}`;
    case 'paid':
      return `paid${said.replayed ? ' again' : ''}`;
  }
}
