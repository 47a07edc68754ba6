/**
 * Everything that can happen to an account, as it is stored for ever: event types with their data. Each topic adds its own
 * in its `events.ts`. The names are literals that are stored: they never change. Times are whole milliseconds since 1970,
 * amounts canonical decimal strings; a field that was not given is `null`. The order of the fields is the order in the
 * stored text.
 */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- the topics fill it
export interface AccountEventData {}

export type AccountEventType = keyof AccountEventData;

export type TypedEvent<Type extends AccountEventType> = { readonly type: Type; readonly data: AccountEventData[Type] };

export type AccountEvent = { [Type in AccountEventType]: TypedEvent<Type> }[AccountEventType];

/** What somebody makes of the data of events of some types; of others nothing. */
export type EventReaders<Result> = { readonly [Type in AccountEventType]?: (data: AccountEventData[Type]) => Result };

export function readEvent<Result>(readers: EventReaders<Result>, { type, data }: AccountEvent): Result | undefined {
  const read = readers[type] as ((data: AccountEvent['data']) => Result) | undefined;
  return read?.(data);
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
