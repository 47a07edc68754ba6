export { Alarms } from './alarms.ts';
export type { AlarmsState } from './alarms.ts';
export {
  appendBytesMax,
  appendEach,
  bytesPerCharacterMax,
  appendEventsMax,
  BEGINNING,
  EventStore,
  EventStoreError,
  eventStoreErrorCode,
  failedAppend,
  takeFirst,
  NO_STREAM,
} from './event-store.ts';
export type {
  Appended,
  AppendFailure,
  AppendOutcome,
  EventStoreErrorCode,
  LogPage,
  NewEvent,
  Position,
  RecordedEvent,
  StreamAppend,
  StreamPage,
  SubscriptionPage,
} from './event-store.ts';
export { Clock, TimeReference } from './clock.ts';
export { Leases } from './leases.ts';
export type { LeasesState } from './leases.ts';
export { PaymentChannel, PaymentChannels } from './payment-channel.ts';
export type { NoticeReading, PaymentNotice, SignedNotice } from './payment-channel.ts';
export { PriceBookSource, UnknownPrices } from './price-book-source.ts';
export { IdIndex } from './id-index.ts';
export type { Transaction } from './id-index.ts';
export { Snapshots } from './snapshots.ts';
export type { Snapshot } from './snapshots.ts';
export { pageRowsMax, ReadModels } from './read-models.ts';
export type {
  AccountRow,
  DueAccount,
  DuePage,
  DuePlace,
  DueQuery,
  DueSecond,
  HoldQuery,
  Progress,
  WarningRow,
} from './read-models.ts';
export { BrokenHistory, chainBeginning, UntrustedEvent, verifiedHistory, verifyEvent } from './verified-history.ts';
export type { ChainPlace } from './verified-history.ts';
