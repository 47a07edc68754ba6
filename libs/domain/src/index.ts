export { balanceTexts } from './core/balance.ts';
export type { BalanceTexts, Balance } from './core/balance.ts';
export { billCsv } from './billing/documents/bill-csv.ts';
export { billDocument } from './billing/documents/bill-document.ts';
export type { BillDocument } from './billing/documents/bill-document.ts';
export { BillFold } from './billing/documents/bill-fold.ts';
export type { BillContent, BillLine, BillMovement, FindProduct } from './billing/documents/bill-fold.ts';
export type { BillBreakage, BillPack } from './billing/documents/bill-packs.ts';
export { listBillEntries } from './billing/documents/bill-entries.ts';
export type { BillEntry } from './billing/documents/bill-entries.ts';
export { billHtml } from './billing/documents/bill-html.ts';
export { revisionRanges } from './billing/documents/revision-ranges.ts';
export { billOfStatement, statementDocument } from './billing/documents/statement-document.ts';
export type { BillOfStatement, StatementDocument } from './billing/documents/statement-document.ts';
export { statementHtml } from './billing/documents/statement-html.ts';
export { statementPeriod } from './terms/statement-period.ts';
export type { ConventionChange, StatementPeriod } from './terms/statement-period.ts';
export { billFormat } from './billing/events.ts';
export type { BillIssued } from './billing/events.ts';
export { chargedIn, graceMs, nextUnbilled, owedFor } from './billing/billing-days.ts';
export type { Arrears, Billed, BillingDays, FinishedDay } from './billing/billing-days.ts';
export { AccountAudit } from './aggregate/audit.ts';
export { violationKinds } from './core/violation.ts';
export type { Violation, ViolationKind } from './core/violation.ts';
export { correctedBy, CorrectionsAudit } from './corrections/audit.ts';
export type { AuditedHold } from './holds/audited-hold.ts';
export { ClaimsAudit } from './payments/audit-claims.ts';
export { PaymentsAudit } from './payments/audit.ts';
export { scheduleChange, postings, summarize, readUsedKey } from './aggregate/event-facts.ts';
export type { UsedIds } from './core/audit-ids.ts';
export { budgetPeriods } from './budgets/events.ts';
export type { BudgetPeriod, BudgetSet } from './budgets/events.ts';
export { computeUsed } from './budgets/budget.ts';
export type { Budget } from './budgets/budget.ts';
export { budgetView } from './budgets/view.ts';
export type { BudgetView } from './budgets/view.ts';
export { dateAfter, dayOfDate, isDate, isTimeZone, localDate, localHour } from './kernel/calendar.ts';
export { contains } from './kernel/period.ts';
export type { Period } from './kernel/period.ts';
export { AccountCalendar } from './zones/account-calendar.ts';
export { calendarAfter } from './zones/calendar-after.ts';
export { noteZone } from './aggregate/note-zone.ts';
export { factsAround, offsetReader, runtimeZones } from './zones/zone-database.ts';
export type { ZoneDatabase } from './zones/zone-database.ts';
export { sayTheSame, restateZone } from './zones/stated-zone.ts';
export type { ZoneFacts } from './zones/zone-shape.ts';
export { chainHash, chainStart, eventIdFromHash } from './kernel/hash-chain.ts';
export { csvByteOrderMark, csvCellCharactersMax, csvRow, decimal } from './kernel/csv.ts';
export type { CsvCell, CsvDecimal } from './kernel/csv.ts';
export { validateCommand } from './aggregate/commands.ts';
export { bounds, currencies, defaults } from './kernel/bounds.ts';
export { isId } from './kernel/validation.ts';
export type { Command } from './core/commands.ts';
export type { ChangeStatus, OpenAccount } from './account/commands.ts';
export type { ExpireDue } from './aggregate/commands.ts';
export type { Adjust, Deposit, Withdraw } from './balance/commands.ts';
export type { IssueBill } from './billing/commands.ts';
export type { SetBudget } from './budgets/commands.ts';
export type { Refund, ReverseDeposit } from './corrections/commands.ts';
export type { Fail, Freeze, HoldCommand, Release, Settle } from './holds/commands.ts';
export type { OpenOrder, PayOrder } from './orders/commands.ts';
export type { RefundPack, AcquirePack } from './packs/commands.ts';
export type { ChangeTerms } from './terms/commands.ts';
export { applyDecision, decideAndCarryOut } from './aggregate/apply.ts';
export { decide } from './aggregate/decide.ts';
export { budgetRefusal } from './budgets/decide.ts';
export { nothingOlder } from './aggregate/nothing-older.ts';
export type { Accepted, Decision, DecisionContext, IdempotencyIndex, Refused, Replayed } from './core/decision.ts';
export { aheadMaxMs, decideNewHold, computePrice } from './holds/freeze.ts';
export { computeOwed } from './billing/issue.ts';
export { holdFacts } from './holds/find-hold.ts';
export { orderFacts } from './orders/decide.ts';
export { isDue, sweep } from './aggregate/sweep.ts';
export type { ChargeRefunded, DepositReversed } from './corrections/events.ts';
export { decodeEvent, presentText } from './aggregate/decode-event.ts';
export { UnreadableEvent } from './kernel/unreadable-event.ts';
export { accountEventTypes, isAccountEventType } from './aggregate/events.ts';
export { accountOfStream, accountStream } from './core/events.ts';
export type { AccountEvent, AccountEventData, AccountEventType, TypedEvent } from './core/events.ts';
export { statementConventions } from './terms/events.ts';
export type {
  AccountLimits,
  AgreedTerms,
  Overrides,
  StatementConvention,
  RequestedTerms,
  TermsChanged,
  WarningThresholds,
} from './terms/events.ts';
export type { AccountOpened, SuspensionCause } from './account/events.ts';
export type { Completion, FundsFrozen, HoldPricing, Outcome } from './holds/events.ts';
export { chargeAfter, maxCharge, tableTotal } from './pricing/tiers.ts';
export type { PriceLine, Charge } from './pricing/tiers.ts';
export type { LatePackConsumption, PackConsumption, PackForfeit, PackUnits } from './packs/events.ts';
export type { Metadata } from './kernel/metadata.ts';
export { dueKinds, Schedule } from './core/schedule.ts';
export type { Due, ScheduleChange, DueKind } from './core/schedule.ts';
export { evolve } from './aggregate/evolve.ts';
export { fold, foldOnto } from './aggregate/fold.ts';
export { holdStatus, notBillable } from './holds/hold.ts';
export type { HoldEnding, HoldFacts, HoldStatus, OpenHold } from './holds/hold.ts';
export { holdView } from './holds/view.ts';
export type { HoldView } from './holds/view.ts';
export { computeLiability, computeRecognition } from './packs/pack.ts';
export type { Pack, PackUnitCounts } from './packs/pack.ts';
export { expiryNotice } from './packs/expiry-notice.ts';
export { packGoodwillMs, packReturnMs } from './packs/refund.ts';
export { TrialBalance } from './core/journal.ts';
export type { JournalAccount, Posting } from './core/journal.ts';
export { lateWindowMs } from './kernel/late-window.ts';
export {
  validateAmount,
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
} from './kernel/money.ts';
export type { Money } from './kernel/money.ts';
export { decodePriceBookEvent, priceBookPublished, priceBooksStream } from './pricing/events.ts';
export type { PriceBookPublished } from './pricing/events.ts';
export { validateBook, bookVersionMax } from './pricing/validate.ts';
export type { BookError } from './pricing/validate.ts';
export { PriceBookCatalog, priceTable, validateSteps } from './pricing/price-book.ts';
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
} from './pricing/price-book.ts';
export { namedByReference, noticeWindowMs, orderLifeMs, orderReference, orderStatus } from './orders/order.ts';
export type { OrderFacts, OrderStatus } from './orders/order.ts';
export type { OrderOpened } from './orders/events.ts';
export { requestKey } from './core/recent-ids.ts';
export type { RequestKind } from './core/recent-ids.ts';
export { refusalCodes } from './core/refusal.ts';
export type { Refusal, RefusalCode } from './core/refusal.ts';
export { decodePaymentClaim, isPaymentStream, paymentClaimedType, paymentStream } from './payments/claims.ts';
export type { PaymentClaimed } from './payments/claims.ts';
export { decodeUnmatchedEvent, toPaymentId, unmatchedStream } from './payments/events.ts';
export type { PaymentUnmatched, UnmatchedEvent } from './payments/events.ts';
export { UnmatchedRegister } from './payments/register.ts';
export type { UnmatchedPayment, UnmatchedStatus } from './payments/register.ts';
export { shippedPriceBooks } from './pricing/shipped.ts';
export { metadataKeptMax, openHoldBytes } from './holds/kept-opening.ts';
export { eventFormats, fingerprint } from './aggregate/event-formats.ts';
export { stateBytes } from './aggregate/state-bytes.ts';
export { restoreState, writeSnapshot } from './aggregate/snapshot.ts';
export { foldVersion, initialState } from './aggregate/state.ts';
export { readStatus } from './core/state.ts';
export type { AccountState, AccountStatus, AccountSummary } from './core/state.ts';
export { countUnitsCharged } from './pricing/units-charged.ts';
export { agreedAtOpening, toSteps } from './terms/terms.ts';
export type { Terms } from './terms/terms.ts';
export { warningKinds } from './warnings/events.ts';
export type { WarningKind, WarningRaised } from './warnings/events.ts';
