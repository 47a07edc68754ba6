export { balanceTexts } from './balance-texts.ts';
export type { BalanceTexts } from './balance-texts.ts';
export { billCsv } from './bills/bill-csv.ts';
export { billDocument } from './bills/bill-document.ts';
export type { BillDocument } from './bills/bill-document.ts';
export { BillFold } from './bills/bill-fold.ts';
export type { BillContent, BillLine, BillMovement, ProductOf } from './bills/bill-fold.ts';
export type { BillBreakage, BillPack } from './bills/bill-packs.ts';
export { billEntriesOf } from './bills/bill-entries.ts';
export type { BillEntry } from './bills/bill-entries.ts';
export { billHtml } from './bills/bill-html.ts';
export { revisionRanges } from './bills/revision-ranges.ts';
export { billOfStatement, statementDocument } from './bills/statement-document.ts';
export { statementHtml } from './bills/statement-html.ts';
export type { BillOfStatement, StatementDocument } from './bills/statement-document.ts';
export { statementPeriod } from './bills/statement-period.ts';
export type { ConventionChange, StatementPeriod } from './bills/statement-period.ts';
export { billFormat } from './bill-events.ts';
export type { BillIssued } from './bill-events.ts';
export { chargedIn, graceMs, nextUnbilled, owedFor } from './billing-days.ts';
export type { Arrears, Billed, BillingDays, FinishedDay } from './billing-days.ts';
export { AccountAudit } from './audit/account-audit.ts';
export { breachKinds } from './audit/breach.ts';
export type { Breach, BreachKind } from './audit/breach.ts';
export { correctedBy, CorrectionsAudit } from './audit/corrections-audit.ts';
export type { AuditedHold } from './audit/audited-hold.ts';
export { ClaimsAudit } from './audit/claims-audit.ts';
export { PaymentsAudit } from './audit/payments-audit.ts';
export { usedKeyOf } from './audit/used-ids.ts';
export type { UsedIds } from './audit/used-ids.ts';
export { budgetPeriods, usedOf } from './budgets.ts';
export type { Budget, BudgetPeriod, BudgetSet } from './budgets.ts';
export { budgetView } from './budget-view.ts';
export type { BudgetView } from './budget-view.ts';
export {
  agreementYear,
  contains,
  dateAfter,
  dayOfDate,
  isDate,
  isTimeZone,
  localDate,
  localHour,
  naturalDay,
  naturalMonth,
  oneYearLater,
} from './calendar.ts';
export type { Period } from './calendar.ts';
export { chainHash, chainStart, eventIdOf } from './chain.ts';
export { csvByteOrderMark, csvCellCharactersMax, csvRow, decimal } from './csv.ts';
export type { CsvCell, CsvDecimal } from './csv.ts';
export { commandFault } from './command-fault.ts';
export { bounds, currencies, defaults } from './commands.ts';
export type {
  Adjust,
  ChangeStatus,
  ChangeTerms,
  Command,
  Deposit,
  ExpireDue,
  Fail,
  Freeze,
  HoldCommand,
  IssueBill,
  OpenAccount,
  OpenOrder,
  PayOrder,
  Refund,
  RefundPack,
  Release,
  ReverseDeposit,
  SetBudget,
  Settle,
  TakePack,
  Withdraw,
} from './commands.ts';
export { carryOut } from './decide/carry-out.ts';
export { decide } from './decide/decide.ts';
export { budgetRefusal } from './decide/budgets.ts';
export { nothingOlder } from './decide/decision.ts';
export type { Accepted, Decision, DecisionContext, Known, Refused, Replayed } from './decide/decision.ts';
export { aheadMaxMs, decideNewHold, priceOf } from './decide/freeze.ts';
export { owedOf } from './decide/issue-bill.ts';
export { holdFacts } from './decide/hold-facts.ts';
export { orderFacts } from './decide/orders.ts';
export { isDue, sweep } from './decide/sweep.ts';
export type { ChargeRefunded, DepositReversed } from './correction-events.ts';
export { decodeEvent, knownEvent, UnreadableEvent } from './decode.ts';
export { olderEventTypes } from './event-shapes.ts';
export { accountEventTypes, accountOfStream, accountStream, isAccountEventType } from './events.ts';
export type {
  AccountEvent,
  AccountEventData,
  AccountEventType,
  AccountLimits,
  AccountOpened,
  Completion,
  EventOf,
  FundsFrozen,
  HoldPricing,
  LatePackConsumption,
  Metadata,
  Outcome,
  PackConsumption,
  PackForfeit,
  PackUnits,
  PriceLine,
  SuspensionCause,
} from './events.ts';
export { dueChangeOf, dueKinds, Dues } from './dues.ts';
export type { Due, DueChange, DueKind } from './dues.ts';
export { evolve } from './evolve.ts';
export { fold, foldOnto } from './fold.ts';
export { holdStatus, notBillable } from './holds.ts';
export type { HoldEnding, HoldFacts, HoldStatus, OpenHold } from './holds.ts';
export { holdView } from './hold-view.ts';
export type { HoldView } from './hold-view.ts';
export { liabilityOf, recognitionOf } from './packs.ts';
export { expiryNotice } from './pack-watch.ts';
export type { Pack, PackUnitCounts } from './packs.ts';
export { packGoodwillMs, packReturnMs } from './decide/refund-pack.ts';
export { postings, TrialBalance } from './journal.ts';
export type { JournalAccount, Posting } from './journal.ts';
export { lateWindowMs } from './late-window.ts';
export {
  amountFault,
  balanceMax,
  formatMoney,
  minus,
  negated,
  parseMoney,
  plus,
  roundForDisplay,
  sum,
  times,
  withinRange,
  zero,
} from './money.ts';
export type { Money } from './money.ts';
export type { PriceBookPublished } from './price-book-events.ts';
export { decodePriceBookEvent, priceBookPublished, priceBooksStream } from './price-book-events.ts';
export { bookFault, bookVersionMax } from './price-book-fault.ts';
export type { BookFault } from './price-book-fault.ts';
export { PriceBookShelf, priceTable, stepsFault } from './price-book.ts';
export { namedByReference, noticeWindowMs, orderLifeMs, orderReference, orderStatus } from './orders.ts';
export type { OrderFacts, OrderStatus } from './orders.ts';
export type { OrderOpened } from './order-events.ts';
export type {
  PackOffer,
  PackSize,
  PriceBook,
  PriceBooks,
  PriceStep,
  PriceTable,
  Product,
  Tariff,
  Tier,
} from './price-book.ts';
export { requestKey } from './recent-past.ts';
export type { RequestKind } from './recent-past.ts';
export { refusalCodes } from './refusals.ts';
export type { Refusal, RefusalCode } from './refusals.ts';
export { decodePaymentClaim, isPaymentStream, paymentClaimedType, paymentStream } from './unmatched/claims.ts';
export type { PaymentClaimed } from './unmatched/claims.ts';
export { decodeUnmatchedEvent, paymentIdOf, unmatchedStream } from './unmatched/events.ts';
export type { PaymentUnmatched, UnmatchedEvent } from './unmatched/events.ts';
export { UnmatchedRegister } from './unmatched/register.ts';
export type { UnmatchedPayment, UnmatchedStatus } from './unmatched/register.ts';
export { shippedPriceBooks } from './shipped-price-books.ts';
export { metadataKeptMax, openHoldBytes } from './kept-opening.ts';
export { stateBytes } from './state-bytes.ts';
export { restoreState, snapshotOf } from './snapshot.ts';
export { foldVersion, initialState, statusOf, unitsChargedOf } from './state.ts';
export type { AccountState, AccountStatus, Balance, Standing, Terms } from './state.ts';
export { agreedAtOpening, stepsOf } from './terms.ts';
export { statementConventions } from './terms-events.ts';
export type {
  AgreedTerms,
  Overrides,
  StatementConvention,
  TermsAsked,
  TermsChanged,
  WarningThresholds,
} from './terms-events.ts';
export { warningKinds } from './warning-events.ts';
export type { WarningKind, WarningRaised } from './warning-events.ts';
export { chargeAfter, dearestCharge, tableTotal } from './tiers.ts';
export type { Charge } from './tiers.ts';
