import { Query } from '@nestjs/cqrs';
import type { BudgetView, HoldFacts, HoldStatus } from '#domain';
import type { SeenOrder } from '../answers/order-answer.ts';
import type { PackFigures } from '../answers/pack-answer.ts';
import type { RecordedEvent } from '../ports/event-store.ts';
import type { AccountRow, WarningRow } from '../ports/read-models.ts';
import type { AccountAnswer } from '../queries/account-answer.ts';
import type { AsOf, Moment } from '../queries/balance-as-of.ts';
import type { Page, Rows } from '../queries/page.ts';
import type { Quote, QuoteAsked } from '../queries/quote.ts';
import type { Client } from '../request.ts';

/** A read: what is asked for, and the type of what it is answered with. */
export abstract class Read<Asked, Answered> extends Query<Answered> {
  readonly asked: Asked;

  constructor(asked: Asked) {
    super();
    this.asked = asked;
  }
}

interface OfAccount {
  readonly accountId: string;
}

interface FromRevision extends OfAccount {
  readonly from: number;
  readonly limit: number;
}

interface PageAsked {
  /** The list goes on after the row of this id; null: it begins. */
  readonly after: string | null;
  readonly limit: number;
}

/** Undefined if the account does not exist. */
export class GetAccount extends Read<OfAccount, AccountAnswer | undefined> {}

/** Undefined if the account did not exist at that moment. `client` waits for it: the reading ends when nobody does. */
export class GetBalanceAsOf extends Read<
  OfAccount & { readonly moment: Moment; readonly client?: Client },
  AsOf | undefined
> {}

export class GetHold extends Read<
  OfAccount & { readonly holdId: string },
  HoldFacts | 'account_not_found' | 'hold_not_found'
> {}

export class GetOrder extends Read<
  OfAccount & { readonly orderId: string },
  SeenOrder | 'account_not_found' | 'order_not_found'
> {}

/** What a freeze would take now; writes nothing. */
export class GetQuote extends Read<OfAccount & { readonly asked: QuoteAsked }, Quote> {}

/** Stored events of an account, from a revision on; none if the account does not exist. */
export class GetEvents extends Read<FromRevision, readonly RecordedEvent[]> {}

/** Accounts by id, of those whose ids begin with one of the prefixes; all without prefixes. */
export class ListAccounts extends Read<PageAsked & { readonly prefixes: readonly string[] }, Page<AccountRow>> {}

/** Holds of an account in the order of their opening. */
export class ListHolds extends Read<OfAccount & PageAsked & { readonly status: HoldStatus | null }, Page<HoldFacts>> {}

/** Orders of an account in the order of their opening. */
export class ListOrders extends Read<OfAccount & PageAsked, Page<SeenOrder>> {}

/** Packs of an account in the order in which they came. */
export class ListPacks extends Read<OfAccount & PageAsked, Page<PackFigures>> {}

/** Budgets of an account by name. */
export class ListBudgets extends Read<OfAccount & PageAsked, Page<BudgetView>> {}

/** The warnings of an account by revision. Undefined if the account does not exist. */
export class ListWarnings extends Read<FromRevision, Rows<WarningRow> | undefined> {}
