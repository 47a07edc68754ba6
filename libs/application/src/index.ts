export { AlarmRounds } from './scheduling/alarm-rounds.ts';
export type { AlarmRoundsState } from './scheduling/alarm-rounds.ts';
export { billSummary, holdAnswer, openedAnswer } from './answers/answer.ts';
export { orderAnswer, unmatchedPaymentAnswer } from './answers/order-answer.ts';
export { packAnswer } from './answers/pack-answer.ts';
export { timeText, timeTextOrNull } from './answers/times.ts';
export { BillIssuer } from './billing/bill-issuer.ts';
export { BillRuns } from './billing/bill-runs.ts';
export { billDaysMax, Bills } from './billing/bills.ts';
export type { Shown } from './billing/bills.ts';
export { measureAhead, ClockWatch } from './clock/clock-watch.ts';
export { SystemClock } from './clock/system-clock.ts';
export { openCommandBus, openQueryBus } from './cqrs/buses.ts';
export { accountCommand, RunLinkedGroup } from './cqrs/commands.ts';
export {
  GetAccount,
  GetBalanceAsOf,
  GetEvents,
  GetHold,
  GetOrder,
  GetQuote,
  ListAccounts,
  ListBudgets,
  ListHolds,
  ListOrders,
  ListPacks,
  ListWarnings,
} from './cqrs/queries.ts';
export { KeyRegistry } from './registers/key-registry.ts';
export type { KeyRow, KeyWanted, Principal } from './registers/key-registry.ts';
export { scopes } from './registers/key-events.ts';
export { AccountLanes } from './pipeline/account-lanes.ts';
export { appendUntilKnown } from './registers/append-until-known.ts';
export { ChainedEvents } from './pipeline/chained-events.ts';
export type { Cause } from './pipeline/chained-events.ts';
export type { AccountRead } from './pipeline/entry.ts';
export { LongReads } from './queries/long-reads.ts';
export { groupLimits, laneLimits, memoryLimits } from './limits.ts';
export type { LaneLimits } from './limits.ts';
export { PaymentClaims } from './payments/payment-claims.ts';
export { PaymentEndings } from './payments/payment-endings.ts';
export type { EndingOutcome, EndingRefused, EndingWanted } from './payments/payment-endings.ts';
export { PaymentNotices } from './payments/payment-notices.ts';
export type { NoticeOutcome } from './payments/payment-notices.ts';
export { UnmatchedPayments } from './payments/unmatched-payments.ts';
export { PriceBookRegistry } from './registers/price-book-registry.ts';
export type { Published } from './registers/price-book-registry.ts';
export { VisibleBooks } from './registers/visible-books.ts';
export { EventSourcedRegister } from './registers/event-sourced-register.ts';
export type { RegisterEvent } from './registers/event-sourced-register.ts';
export type { AccountAnswer } from './queries/account-answer.ts';
export { BalanceAsOf } from './queries/balance-as-of.ts';
export type { AsOf, Moment } from './queries/balance-as-of.ts';
export type { Page } from './queries/page.ts';
export type { Quote } from './queries/quote.ts';
export { Unavailable } from './request.ts';
export type { Answer, Done, Refused, Request, UnavailableCode } from './request.ts';
export { sweptAtOnceMax, Sweeper } from './scheduling/sweeper.ts';
export * from './ports/index.ts';
