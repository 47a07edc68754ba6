export { toInstant } from './kernel/fields.ts';
export { validatePath } from './kernel/paths.ts';
export { everyRouteProblems } from './problems/route-problems.ts';
export { routes } from './routes.ts';
export type { RouteName, RouteAnswer, RouteBody, RouteQuery } from './routes.ts';
export { listMediaTypes, scopes } from './kernel/route.ts';
export type { Route, Scope } from './kernel/route.ts';
export { openApiDocument } from './openapi/document.ts';
export { pointerPart, readJson } from './kernel/json.ts';
export { JsonMeter, measureJson } from './kernel/measure-json.ts';
export type { JsonBounds, JsonMeasured } from './kernel/measure-json.ts';
export { parse, createInvalidRequest } from './kernel/parse.ts';
export type { Parsed } from './kernel/parse.ts';
export {
  isProblemCode,
  problemMediaType,
  createProblem,
  problems,
  retryAfterSeconds,
  withFacts,
} from './problems/problems.ts';
export type { FieldError, Problem, ProblemCode } from './problems/problems.ts';
export { adjustmentBody, depositBody, withdrawalBody } from './funds.ts';
export type {
  AdjustmentBody,
  AdjustmentReceipt,
  DepositBody,
  DepositReceipt,
  WithdrawalBody,
  WithdrawalReceipt,
} from './funds.ts';
export { changeStatusBody, closeBody, openAccountBody, listAccountsQuery } from './accounts.ts';
export type {
  Account,
  AccountList,
  Balance,
  ChangeStatusBody,
  CloseBody,
  OpenAccountBody,
  OpenedAccount,
  StatusReceipt,
} from './accounts.ts';
export { refundBody, reversalBody } from './corrections.ts';
export type { RefundBody, RefundReceipt, ReversalBody, ReversalReceipt } from './corrections.ts';
export { changeTermsBody } from './terms.ts';
export type { ChangeTermsBody, TermsReceipt } from './terms.ts';
export { publishBookBody, listPriceBooksQuery } from './price-books.ts';
export type { PublishBookBody, PublishedBook, PriceBook, PriceBookList } from './price-books.ts';
export { failBody, freezeBody, releaseBody, settleBody, listHoldsQuery } from './holds.ts';
export type { FailBody, FreezeBody, Hold, HoldList, HoldStatus, ReleaseBody, SettleBody } from './holds.ts';
export { quoteBody } from './quotes.ts';
export type { Quote, QuoteBody } from './quotes.ts';
export { balanceQuery } from './balances.ts';
export type { BalanceAsOf } from './balances.ts';
export { refundPackBody, takePackBody, listPacksQuery } from './packs.ts';
export type { Pack, PackList, PackRefund, RefundPackBody, TakePackBody } from './packs.ts';
export { setBudgetBody, listBudgetsQuery } from './budgets.ts';
export type { Budget, BudgetList, SetBudgetBody } from './budgets.ts';
export { batchBody, batchOperationsMax, linkedGroupMax, operation } from './batch.ts';
export type { BatchAnswer, BatchResult, Operation } from './batch.ts';
export { createKeyBody } from './keys.ts';
export type { CreatedKey, CreateKeyBody, Key, KeyList } from './keys.ts';
export type { EventList, RecordedEvent } from './events.ts';
export { logExportBody, checkpointsQuery } from './proofs.ts';
export type { AccountProof, Checkpoint, CheckpointList, LogExportBody, LoggedExport } from './proofs.ts';
export { assignPaymentBody, payBackBody, listUnmatchedQuery } from './payments.ts';
export type {
  AssignPaymentBody,
  NotificationAnswer,
  PayBackBody,
  UnmatchedPayment,
  UnmatchedPaymentList,
  UnmatchedStatus,
} from './payments.ts';
export { openOrderBody, listOrdersQuery } from './orders.ts';
export type { OpenOrderBody, Order, OrderList } from './orders.ts';
export { afterRevisionQuery, eventsQuery, pageRowsMax } from './kernel/lists.ts';
export { registerWebhookBody, replayBody, rotateSecretBody, webhookChangeBody } from './webhooks.ts';
export type {
  RegisterWebhookBody,
  ReplayBody,
  RotateSecretBody,
  Webhook,
  WebhookChangeBody,
  WebhookList,
  WebhookWithSecret,
} from './webhooks.ts';
export { billRunBody, billsQuery } from './bills/bills.ts';
export type { Bill, BillEntries, BillList, BillRun, BillRunBody, Statement } from './bills/bills.ts';
export { setWarningsBody } from './warnings.ts';
export type { SetWarningsBody, Warning, WarningList } from './warnings.ts';
