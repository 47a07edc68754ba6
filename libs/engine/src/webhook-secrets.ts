import type { Config, Logger } from '#runtime';
import type { Endpoint, WebhookRegister } from '#webhooks';
import { CannotStart } from './cannot-start.ts';
import { ensureWebhookKey, makeWebhookKey } from './kept-key.ts';

const operatorCause = { actor: 'holdfast', correlationId: 'accepted at the start' };

const lostBecause =
  'its secret is lost with the key that sealed it: rotate the secret, give it to the receiver, enable it';

/**
 * A process that cannot open the secrets of any endpoint has not the key that they were sealed with. It would deliver
 * nothing, and seal new secrets so that no other process could open them. A key is made where there are no endpoints.
 *
 * @throws CannotStart unless that the key is lost was accepted: then the endpoints are disabled, by events.
 */
export async function assertCanSeal(register: WebhookRegister, config: Config, logger: Logger): Promise<void> {
  const { dataDirectory, webhookKey: configured, acceptLostKeys } = config;
  const isMissing = ensureWebhookKey(config) === undefined;
  const endpoints = register.list();
  if (isMissing && (endpoints.length === 0 || acceptLostKeys)) makeWebhookKey(config, logger);
  const enabled = endpoints.filter(({ disabledFor }) => disabledFor === null);
  const place = configured === undefined ? `${dataDirectory}/webhook.key` : 'HOLDFAST_WEBHOOK_KEY';
  const count = String(endpoints.length);
  if (isMissing && endpoints.length > 0 && !acceptLostKeys) {
    throw new CannotStart(
      `${place} is missing, and the secrets of ${count} webhook endpoints are sealed with it. ${wayOut}`,
    );
  }
  const closed = enabled.filter((endpoint) => register.listSecrets(endpoint).length === 0);
  if (closed.length === 0) return;
  if (closed.length === enabled.length && !acceptLostKeys) {
    throw new CannotStart(
      `${place} is not the key that sealed the secrets of the ${count} webhook endpoints. ${wayOut}`,
    );
  }
  for (const endpoint of closed) await sayClosed(endpoint, register, acceptLostKeys, logger);
}

const wayOut =
  'Put that key back (webhook.key of a backup with keys, or HOLDFAST_WEBHOOK_KEY); or, if every copy is lost, start once ' +
  'with HOLDFAST_ACCEPT_LOST_KEYS=true: then these endpoints are disabled until their secrets were rotated';

async function sayClosed(
  { webhookId }: Endpoint,
  register: WebhookRegister,
  acceptLostKeys: boolean,
  logger: Logger,
): Promise<void> {
  if (acceptLostKeys) await register.disable(webhookId, 'operator', lostBecause, operatorCause);
  const what = acceptLostKeys ? 'and was disabled' : 'by this process, and is delivered to by another or not at all';
  logger.warn({ webhookId }, `the secret of this webhook endpoint cannot be opened ${what}`);
}
