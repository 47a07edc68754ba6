export { instantOf } from './fields.ts';
export { pathFault } from './paths.ts';
export { everyDoorSays } from './door-problems.ts';
export { routes } from './routes.ts';
export { mediaTypesOf } from './route.ts';
export type { Route } from './route.ts';
export type { RouteName } from './routes.ts';
export type { RouteAnswer, RouteBody } from './route-bodies.ts';
export { openApiDocument } from './openapi.ts';
export { pointerPart, readJson } from './json.ts';
export { JsonMeter, measureJson } from './measure-json.ts';
export type { JsonBounds, JsonMeasured } from './measure-json.ts';
export { parse, problemOfFaults } from './parse.ts';
export type { Parsed } from './parse.ts';
export { isProblemCode, problemMediaType, problemOf, problems, retryAfterSeconds, withFacts } from './problems.ts';
export type { Fault, Problem, ProblemCode } from './problems.ts';
export {
  adjustmentBody,
  changeStatusBody,
  closeBody,
  depositBody,
  openAccountBody,
  withdrawalBody,
} from './accounts.ts';
export type {
  Account,
  AccountList,
  AdjustmentBody,
  AdjustmentReceipt,
  Balance,
  ChangeStatusBody,
  CloseBody,
  DepositBody,
  DepositReceipt,
  OpenAccountBody,
  OpenedAccount,
  StatusReceipt,
  WithdrawalBody,
  WithdrawalReceipt,
} from './accounts.ts';
export { refundBody, reversalBody } from './corrections.ts';
export type { RefundBody, RefundReceipt, ReversalBody, ReversalReceipt } from './corrections.ts';
export { changeTermsBody } from './terms.ts';
export type { ChangeTermsBody, TermsReceipt } from './terms.ts';
export { publishBookBody } from './price-books.ts';
export type { PublishBookBody, PublishedBook } from './price-books.ts';
export { failBody, freezeBody, quoteBody, releaseBody, settleBody } from './holds.ts';
export type {
  BalanceAsOf,
  FailBody,
  FreezeBody,
  Hold,
  HoldList,
  HoldStatus,
  Quote,
  QuoteBody,
  ReleaseBody,
  SettleBody,
} from './holds.ts';
export { refundPackBody, takePackBody } from './packs.ts';
export type { Pack, PackList, PackRefund, RefundPackBody, TakePackBody } from './packs.ts';
export { setBudgetBody } from './budgets.ts';
export type { Budget, BudgetList, SetBudgetBody } from './budgets.ts';
export { batchBody, batchOperationsMax, linkedGroupMax, operation } from './batch.ts';
export type { BatchAnswer, BatchResult, Operation } from './batch.ts';
export { createKeyBody, scopes } from './registers.ts';
export type {
  CreatedKey,
  CreateKeyBody,
  EventList,
  Key,
  KeyList,
  PriceBook,
  PriceBookList,
  RecordedEvent,
  Scope,
} from './registers.ts';
export { logExportBody } from './proofs.ts';
export type { AccountProof, Checkpoint, CheckpointList, LogExportBody, LoggedExport } from './proofs.ts';
export { assignPaymentBody, openOrderBody, payBackBody } from './orders.ts';
export type {
  AssignPaymentBody,
  NotificationAnswer,
  OpenOrderBody,
  Order,
  OrderList,
  PayBackBody,
  UnmatchedPayment,
  UnmatchedPaymentList,
  UnmatchedStatus,
} from './orders.ts';
export {
  afterRevisionQuery,
  balanceQuery,
  checkpointsQuery,
  eventsQuery,
  listAccountsQuery,
  listBudgetsQuery,
  listPacksQuery,
  listHoldsQuery,
  listPriceBooksQuery,
  listOrdersQuery,
  listUnmatchedQuery,
  pageRowsMax,
} from './queries.ts';
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
export { billRunBody, billsQuery } from './bills.ts';
export type { Bill, BillEntries, BillList, BillRun, BillRunBody, Statement } from './bills.ts';
export { setWarningsBody } from './warnings.ts';
export type { SetWarningsBody, Warning, WarningList } from './warnings.ts';
