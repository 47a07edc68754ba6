import { EventStoreError, type EventStoreErrorCode } from '#application/ports';

/** What is read of the client's errors. They are told apart by `type`, since they may come from another realm. */
interface ClientError {
  readonly type?: string;
  /** gRPC's status. Only an error of a whole stream has one; an answer to one append has none. */
  readonly code?: number;
  readonly message?: string;
  readonly actualState?: bigint | 'no_stream';
}

export function clientError(error: unknown): ClientError {
  return typeof error === 'object' && error !== null ? error : {};
}

/** The server has not looked at the append at all, since it is starting, busy or without a leader. */
export function wasNotHandled(error: unknown): boolean {
  const { type, code, message = '' } = clientError(error);
  return type === 'unknown' && code === undefined && /Server Is Not Ready|Server Is Busy|No leader info/.test(message);
}

/** The client has closed the connection after this error. */
export function hasClosedConnection(error: unknown): boolean {
  const { type, code } = clientError(error);
  return code !== undefined && (type === 'unavailable' || type === 'cancelled');
}

/** The stream of appends is of no use any more; an answer to one append leaves it as it is. */
export function breaksStream(error: unknown): boolean {
  const { type, code } = clientError(error);
  return type === undefined || code !== undefined;
}

/** What the server's answers to one append mean; any other one leaves it open. */
const meanings: ReadonlyMap<string, EventStoreErrorCode> = new Map([
  ['wrong-expected-version', 'revision-conflict'],
  ['maximum-append-size-exceeded', 'append-too-large'],
  ['append-record-size-exceeded', 'append-too-large'],
  ['transaction-max-size-exceeded', 'append-too-large'],
  ['access-denied', 'store-unavailable'],
  ['stream-deleted', 'store-unavailable'],
  ['stream-tombstoned', 'store-unavailable'],
]);

/**
 * What a failed append means. An error of the whole stream says nothing about one append on it, even where it says that
 * this node does not lead or that the key is refused: another append may have been meant, and this one been written.
 */
export function appendError(error: unknown): EventStoreError {
  const { type = '', code, message = '', actualState } = clientError(error);
  const meaning = (code === undefined ? meanings.get(type) : undefined) ?? 'outcome-unknown';
  const options = { cause: error, ...(meaning === 'revision-conflict' ? actual(actualState) : {}) };
  return new EventStoreError(meaning, `KurrentDB: ${type} ${message}`, options);
}

function actual(state: bigint | 'no_stream' | undefined): { actual?: number } {
  if (state === undefined) return {};
  return { actual: state === 'no_stream' ? -1 : Number(state) };
}
