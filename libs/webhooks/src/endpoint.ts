import { BEGINNING, type Position } from '#application';
import { isOfLedger } from './subject.ts';
import type { DisabledFor, WebhookEvent, WebhookRegistered } from './webhook-events.ts';

/** Most secrets that sign for one endpoint at once. */
const secretsMax = 5;

export interface EndpointSecret {
  readonly secretId: string;
  readonly createdAt: number;
  readonly sealed: string;
  /** From this time on it does not sign any more; null: it is the newest. */
  readonly validUntil: number | null;
}

/** The last replay that was asked for. */
export interface Ask {
  /** Of its event in the stream of all webhooks: tells it from every other. */
  readonly revision: number;
  /** Deliver what comes after this. */
  readonly from: Position;
  /** And happened at this time or later; 0: all of it. */
  readonly since: number;
}

/** An endpoint as its events make it. */
export interface Endpoint extends Omit<WebhookRegistered, 'secret' | 'secretId'> {
  /** Where it was registered: what comes after is delivered. */
  readonly position: Position;
  readonly disabledFor: DisabledFor | null;
  readonly disabledBecause: string | null;
  readonly deleted: boolean;
  /** The newest last. */
  readonly secrets: readonly EndpointSecret[];
  readonly ask: Ask | null;
}

/** Where an event stands in the stream of webhooks and in the log. */
export interface Place {
  readonly revision: number;
  readonly position: Position;
}

/** The endpoint after one more event about it. @throws TypeError if there is none to speak of. */
export function endpointAfter(before: Endpoint | undefined, event: WebhookEvent, place: Place): Endpoint {
  if (event.type === 'webhook-registered.v1') {
    const { secretId, secret: sealed, ...data } = event.data;
    const secrets = [{ secretId, createdAt: data.at, sealed, validUntil: null }];
    const fresh = { disabledFor: null, disabledBecause: null, deleted: false, ask: null };
    return { ...data, ...fresh, secrets, position: place.position };
  }
  if (before === undefined) throw new TypeError(`${event.type} of ${event.data.webhookId}, which was never registered`);
  switch (event.type) {
    case 'webhook-disabled.v1':
      return { ...before, disabledFor: event.data.cause, disabledBecause: event.data.reason };
    case 'webhook-enabled.v1':
      return { ...before, disabledFor: null, disabledBecause: null };
    case 'webhook-deleted.v1':
      return { ...before, deleted: true, secrets: [] };
    case 'webhook-secret-rotated.v1': {
      const { secretId, at: createdAt, secret: sealed, previousUntil } = event.data;
      const older = before.secrets
        .filter(({ validUntil }) => validUntil === null || validUntil > createdAt)
        .map((secret) => ({ ...secret, validUntil: secret.validUntil ?? previousUntil }))
        .slice(1 - secretsMax);
      return { ...before, secrets: [...older, { secretId, createdAt, sealed, validUntil: null }] };
    }
    case 'webhook-replay-asked.v1': {
      const { after, since } = event.data;
      const asked = (after ?? BEGINNING) as Position;
      // What has not happened yet cannot be passed over.
      const from = asked < place.position ? asked : place.position;
      return { ...before, ask: { revision: place.revision, from, since: since ?? 0 } };
    }
  }
}

/** Whether an endpoint wants events of this account, or of the ledger itself, and type. */
export function wants({ eventTypes, accountPrefixes }: Endpoint, accountId: string, type: string): boolean {
  if (isOfLedger(accountId) && (eventTypes === null || accountPrefixes !== null)) return false;
  if (accountPrefixes !== null && !accountPrefixes.some((prefix) => accountId.startsWith(prefix))) return false;
  return eventTypes === null || eventTypes.some((wanted) => wanted === type || wanted === readName(type));
}

/** The name of an event type without its version: `funds-frozen` of `funds-frozen.v1`. */
export function readName(type: string): string {
  return type.replace(/\.v\d+$/, '');
}
