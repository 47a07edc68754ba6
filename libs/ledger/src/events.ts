/**
 * Everything that can happen to an account, as it is stored for ever. Times are whole milliseconds since 1970, amounts
 * canonical decimal strings; a field that was not given is `null`. The order of the fields here is the order in the
 * stored text.
 */

export type Metadata = Readonly<Record<string, string>>;

/** Whether the two faces (or documents) matched. Both are a completed verification. */
export type Outcome = 'match' | 'mismatch';

export interface AccountLimits {
  /** Most holds that may be open at once. */
  readonly openHolds: number;
  /** Most money that may be frozen at once. */
  readonly frozen: string | null;
  /** Most that the holds opened on one natural day may freeze and charge. */
  readonly dailySpend: string | null;
}

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
  readonly reference: string | null;
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

/** A run of units of one price. `from` is the tier position of the first of them, counted from 1. */
export interface PriceLine {
  readonly from: number;
  readonly units: number;
  readonly price: string;
  readonly amount: string;
}

export interface HoldPricing {
  /** `name@version`. */
  readonly book: string;
  /** SHA-256 of the price table that this hold was opened under, and is charged by. */
  readonly table: string;
  /** `completed`: match and mismatch are both charged. `match`: only a match is. */
  readonly basis: 'completed' | 'match';
  /** Name of the counter of units in the book. */
  readonly counter: string;
  /** First local date of the agreement year that the hold belongs to, `YYYY-MM-DD`. */
  readonly year: string;
  /** Units charged on the counter in that year when the hold was opened. */
  readonly unitsCharged: number;
  /** How the frozen amount was derived: the dearest that the units can come to. */
  readonly bound: readonly PriceLine[];
}

export interface FundsFrozen {
  readonly at: number;
  readonly holdId: string;
  readonly amount: string;
  /** The most that a late settle may charge. */
  readonly lateBound: string;
  readonly product: string | null;
  readonly quantity: number | null;
  readonly ttlSeconds: number;
  readonly expiresAt: number;
  readonly budget: string | null;
  readonly metadata: Metadata | null;
  readonly pricing: HoldPricing | null;
}

/** What a gateway says of a completed verification, kept as it was said. */
export interface Completion {
  readonly outcome: Outcome;
  readonly quantity: number | null;
  readonly completedAt: number | null;
  readonly evidence: Metadata | null;
}

export interface HoldSettled extends Completion {
  readonly at: number;
  readonly holdId: string;
  /** Charged. */
  readonly amount: string;
  /** Given back at once. */
  readonly returned: string;
  /** Tier positions and unit prices of a priced hold. */
  readonly lines: readonly PriceLine[] | null;
}

/** What of a hold's story a late event has to carry, because the hold itself is long gone from the account's state. */
export interface EndedUnused {
  readonly openedAt: number;
  readonly expiresAt: number;
  readonly ending: 'expired' | 'released';
  /** Of a priced hold. */
  readonly counter: string | null;
  readonly year: string | null;
}

/** The charge of a hold that had already ended unused. */
export interface HoldSettledLate extends Completion {
  readonly at: number;
  readonly holdId: string;
  readonly amount: string;
  readonly lines: readonly PriceLine[] | null;
  readonly hold: EndedUnused;
}

/** A late settle that the balance could not pay; recorded once per hold. No money moves. */
export interface ChargeUncollected extends Completion {
  readonly at: number;
  readonly holdId: string;
  /** What it would have charged. */
  readonly amount: string;
}

export interface CallFailed {
  readonly at: number;
  readonly holdId: string;
  readonly attemptId: string;
  readonly reason: string;
}

export interface HoldReleased {
  readonly at: number;
  readonly holdId: string;
  /** Given back. */
  readonly amount: string;
  /** `not-billable` when a settle found nothing to bill. */
  readonly reason: string;
  /** Of the settle that found nothing to bill; null for a release. */
  readonly completion: Completion | null;
}

export interface HoldExpired {
  /** The hold's deadline, whenever it was noticed. */
  readonly at: number;
  readonly holdId: string;
  /** Given back. */
  readonly amount: string;
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
}

/** Every event type with its data. The names are literals that are stored: they never change. */
export interface AccountEventData {
  'account-opened.v1': AccountOpened;
  'funds-deposited.v1': FundsDeposited;
  'funds-withdrawn.v1': FundsWithdrawn;
  'balance-adjusted.v1': BalanceAdjusted;
  'funds-frozen.v1': FundsFrozen;
  'hold-settled.v1': HoldSettled;
  'hold-settled-late.v1': HoldSettledLate;
  'charge-uncollected.v1': ChargeUncollected;
  'call-failed.v1': CallFailed;
  'hold-released.v1': HoldReleased;
  'hold-expired.v1': HoldExpired;
  'account-suspended.v1': StatusChanged;
  'account-resumed.v1': StatusChanged;
  'account-closed.v1': AccountClosed;
}

export type AccountEventType = keyof AccountEventData;

export type EventOf<Type extends AccountEventType> = { readonly type: Type; readonly data: AccountEventData[Type] };

export type AccountEvent = { [Type in AccountEventType]: EventOf<Type> }[AccountEventType];

export const accountEventTypes = [
  'account-opened.v1',
  'funds-deposited.v1',
  'funds-withdrawn.v1',
  'balance-adjusted.v1',
  'funds-frozen.v1',
  'hold-settled.v1',
  'hold-settled-late.v1',
  'charge-uncollected.v1',
  'call-failed.v1',
  'hold-released.v1',
  'hold-expired.v1',
  'account-suspended.v1',
  'account-resumed.v1',
  'account-closed.v1',
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
