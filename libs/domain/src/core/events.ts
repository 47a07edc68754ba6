import type { ChargeRefunded, DepositReversed } from '../corrections/events.ts';
import type { BudgetSet } from '../budgets/budget.ts';
import type { OrderClosed, OrderOpened, OrderPaid } from '../orders/events.ts';
import type { WarningRaised } from '../warnings/events.ts';

/**
 * Everything that can happen to an account, as it is stored for ever. Times are whole milliseconds since 1970, amounts
 * canonical decimal strings; a field that was not given is `null`. The order of the fields here is the order in the
 * stored text.
 */

import type { BillIssued } from '../billing/events.ts';
import type {
  CallFailed,
  ChargeUncollected,
  FundsFrozen,
  HoldExpired,
  HoldReleased,
  HoldSettled,
  HoldSettledLate,
  Metadata,
  PackForfeit,
} from '../holds/events.ts';
import type { PackBought, PackExpired, PackGranted, PackRefunded, TrialTaken } from '../packs/events.ts';
import type { AccountLimits, TermsChanged } from '../terms/events.ts';

export type * from '../holds/events.ts';
export type * from '../packs/events.ts';
export type { AccountLimits } from '../terms/events.ts';

export interface AccountOpened {
  readonly at: number;
  readonly accountId: string;
  readonly currency: string;
  /** IANA name. */
  readonly timeZone: string;
  /** First local date of the first agreement year, `YYYY-MM-DD`. */
  readonly agreementStart: string;
  /** `name@version`. */
  readonly priceBook: string | null;
  /** The price book as it was asked for: a bare name pinned the newest version of that moment. */
  readonly priceBookAsked: string | null;
  readonly creditLimit: string;
  readonly limits: AccountLimits;
  readonly metadata: Metadata | null;
}

export interface FundsDeposited {
  readonly at: number;
  readonly depositId: string;
  readonly amount: string;
  /** The caller's words: they link it to nothing. */
  readonly reference: string | null;
  /** The unmatched payment that was assigned by it. Missing in all other deposits, and before there was this field. */
  readonly paymentId?: string;
}

export interface FundsWithdrawn {
  readonly at: number;
  readonly withdrawalId: string;
  readonly amount: string;
  readonly reference: string | null;
}

export interface BalanceAdjusted {
  readonly at: number;
  readonly adjustmentId: string;
  /** Signed. */
  readonly amount: string;
  readonly reason: string;
}

/** Why an account is suspended; each cause is lifted only by its own means. */
export type SuspensionCause = 'operator' | 'arrears';

export interface StatusChanged {
  readonly at: number;
  readonly changeId: string;
  readonly reason: string;
  /** The causes that hold after this change. */
  readonly suspendedFor: readonly SuspensionCause[];
}

export interface AccountClosed {
  readonly at: number;
  readonly changeId: string;
  readonly reason: string;
  /** Whether it was asked for that what is left in packs is lost. */
  readonly forfeitPacks: boolean;
  readonly forfeited: readonly PackForfeit[] | null;
}

/** Every event type with its data. The names are literals that are stored: they never change. */
export interface AccountEventData {
  'account-opened.v1': AccountOpened;
  'funds-deposited.v1': FundsDeposited;
  'funds-withdrawn.v1': FundsWithdrawn;
  'balance-adjusted.v1': BalanceAdjusted;
  'funds-frozen.v2': FundsFrozen;
  'hold-settled.v2': HoldSettled;
  'hold-settled-late.v2': HoldSettledLate;
  'charge-uncollected.v1': ChargeUncollected;
  'charge-refunded.v2': ChargeRefunded;
  'deposit-reversed.v1': DepositReversed;
  'call-failed.v1': CallFailed;
  'hold-released.v2': HoldReleased;
  'hold-expired.v2': HoldExpired;
  'terms-changed.v1': TermsChanged;
  'account-suspended.v1': StatusChanged;
  'account-resumed.v1': StatusChanged;
  'budget-set.v1': BudgetSet;
  'bill-issued.v1': BillIssued;
  /** At the end of the grace, whenever it was noticed. */
  'arrears-suspended.v1': { readonly at: number };
  'arrears-cleared.v1': { readonly at: number };
  'order-opened.v1': OrderOpened;
  'order-paid.v1': OrderPaid;
  'order-closed.v1': OrderClosed;
  'account-closed.v2': AccountClosed;
  'pack-bought.v1': PackBought;
  'pack-granted.v1': PackGranted;
  'trial-taken.v1': TrialTaken;
  'pack-expired.v1': PackExpired;
  'pack-refunded.v1': PackRefunded;
  'warning-raised.v1': WarningRaised;
}

export type AccountEventType = keyof AccountEventData;

export type EventOf<Type extends AccountEventType> = { readonly type: Type; readonly data: AccountEventData[Type] };

export type AccountEvent = { [Type in AccountEventType]: EventOf<Type> }[AccountEventType];

export const accountEventTypes = [
  'account-opened.v1',
  'funds-deposited.v1',
  'funds-withdrawn.v1',
  'balance-adjusted.v1',
  'funds-frozen.v2',
  'hold-settled.v2',
  'hold-settled-late.v2',
  'charge-uncollected.v1',
  'charge-refunded.v2',
  'deposit-reversed.v1',
  'call-failed.v1',
  'hold-released.v2',
  'hold-expired.v2',
  'terms-changed.v1',
  'account-suspended.v1',
  'account-resumed.v1',
  'budget-set.v1',
  'bill-issued.v1',
  'arrears-suspended.v1',
  'arrears-cleared.v1',
  'order-opened.v1',
  'order-paid.v1',
  'order-closed.v1',
  'account-closed.v2',
  'pack-bought.v1',
  'pack-granted.v1',
  'trial-taken.v1',
  'pack-expired.v1',
  'pack-refunded.v1',
  'warning-raised.v1',
] as const satisfies readonly AccountEventType[];

const knownTypes: ReadonlySet<string> = new Set(accountEventTypes);

export function isAccountEventType(type: string): type is AccountEventType {
  return knownTypes.has(type);
}

const accountStreamPrefix = 'account-';

/** The name of an account's event stream. */
export function accountStream(accountId: string): string {
  return accountStreamPrefix + accountId;
}

/** The account of a stream; undefined if the stream is of another kind. */
export function accountOfStream(stream: string): string | undefined {
  return stream.startsWith(accountStreamPrefix) ? stream.slice(accountStreamPrefix.length) : undefined;
}
