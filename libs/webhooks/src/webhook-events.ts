/** Why nothing is delivered to an endpoint any more: an operator said so, it answered 410, or took nothing for days. */
export type DisabledFor = 'operator' | 'gone' | 'failing';

export interface WebhookRegistered {
  readonly at: number;
  readonly webhookId: string;
  readonly url: string;
  readonly description: string | null;
  /** Event types with or without their version; null: all. */
  readonly eventTypes: readonly string[] | null;
  /** Only accounts whose ids begin with one of these; null: all. */
  readonly accountPrefixes: readonly string[] | null;
  /** The key that registered it, if that is bound to accounts; missing: another key did. */
  readonly boundKey?: string;
  readonly secretId: string;
  /** Sealed. */
  readonly secret: string;
}

export interface WebhookDisabled {
  readonly at: number;
  readonly webhookId: string;
  readonly cause: DisabledFor;
  readonly reason: string;
}

export interface WebhookEnabled {
  readonly at: number;
  readonly webhookId: string;
  readonly reason: string;
}

export interface WebhookDeleted {
  readonly at: number;
  readonly webhookId: string;
}

export interface WebhookSecretRotated {
  readonly at: number;
  readonly webhookId: string;
  readonly secretId: string;
  /** Sealed. */
  readonly secret: string;
  /** Until when the secret before this one signs too. */
  readonly previousUntil: number;
}

/** Deliver again from a place on; one of the two is null. */
export interface WebhookReplayAsked {
  readonly at: number;
  readonly webhookId: string;
  /** Everything after this position. */
  readonly after: string | null;
  /** Everything that happened at this time or later, ms since 1970. */
  readonly since: number | null;
}

export type WebhookEvent =
  | { readonly type: 'webhook-registered.v1'; readonly data: WebhookRegistered }
  | { readonly type: 'webhook-disabled.v1'; readonly data: WebhookDisabled }
  | { readonly type: 'webhook-enabled.v1'; readonly data: WebhookEnabled }
  | { readonly type: 'webhook-deleted.v1'; readonly data: WebhookDeleted }
  | { readonly type: 'webhook-secret-rotated.v1'; readonly data: WebhookSecretRotated }
  | { readonly type: 'webhook-replay-asked.v1'; readonly data: WebhookReplayAsked };

/** The stream of all that is said of endpoints by operators. How far each is lies in a stream of its own. */
export const webhooksStream = 'webhooks';

const knownTypes: ReadonlySet<string> = new Set<WebhookEvent['type']>([
  'webhook-registered.v1',
  'webhook-disabled.v1',
  'webhook-enabled.v1',
  'webhook-deleted.v1',
  'webhook-secret-rotated.v1',
  'webhook-replay-asked.v1',
]);

/** @throws TypeError for an unknown type: where events are sent to must never be guessed. */
export function decodeWebhookEvent(type: string, text: string): WebhookEvent {
  if (!knownTypes.has(type)) throw new TypeError(`${type}: no event of webhooks of this type is known`);
  return { type, data: JSON.parse(text) as unknown } as WebhookEvent;
}
