import type { IncomingMessage, ServerResponse } from 'node:http';
import type { HttpLimits } from '#runtime';
import type { FairBound } from './fair-bound.ts';
import type { FairShare } from './fair-share.ts';
import type { RefusalReason } from './refusal.ts';

/** Bodies on their way are bounded by kind. */
export type BodyKind = 'ordinary' | 'batch' | 'without-key';

/** What all connections of a server share. */
export interface Shared<Connection> {
  readonly limits: HttpLimits;
  readonly serve: (request: IncomingMessage, response: ServerResponse) => void;
  /** A request was answered without the framework. */
  readonly refused: (reason: RefusalReason) => void;
  /** A request is answered by the framework that there is too much to do. */
  readonly turnedAway: (reason: 'too-many-requests' | 'too-many-bodies') => void;
  /** The connection has carried a request with a key. */
  readonly known: (connection: Connection, keyId: string) => void;
  /** A body has begun; it is counted if it is not there at the next turn of the event loop. */
  readonly bodyBegun: (connection: Connection) => void;
  /** Serves the next request of a connection, in its turn among all that have sent some ahead. */
  readonly later: (connection: Connection) => void;
  readonly bodies: Readonly<Record<BodyKind, FairBound<Connection>>>;
  readonly unread: FairBound<Connection>;
  readonly unreadWithoutKey: FairBound<Connection>;
  readonly waiting: FairBound<Connection>;
  readonly work: FairShare;
  readonly workWithoutKey: FairShare;
}
