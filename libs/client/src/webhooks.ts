import { callForValue, once } from './methods.ts';

/** Endpoints that events are delivered to. What changes anything needs the scope `operator`. */
export const webhooks = {
  /**
   * Registers an endpoint for events; the answer shows its secret this once. Tried once, whatever happens: a second try
   * would be told `webhook_already_exists`. After an error {@link webhooks.rotateSecret} makes a secret that you see.
   */
  register: once('registerWebhook'),
  /** All endpoints, with how far the delivery to each is. */
  list: callForValue('listWebhooks'),
  /** An endpoint, with how far the delivery to it is. */
  get: callForValue('getWebhook'),
  /** Delivers nothing more until it is enabled. */
  disable: callForValue('disableWebhook'),
  /** Delivers again, from where it stopped. */
  enable: callForValue('enableWebhook'),
  /**
   * Makes a new secret, shown this once; the one before it signs too for `graceSeconds`, a day if omitted. Tried once:
   * after an error rotate again with another `secretId`.
   */
  rotateSecret: once('rotateWebhookSecret'),
  /** Delivers again after a position or from a time on. */
  replay: callForValue('replayWebhook'),
  /** A second try that is told `webhook_not_found` was preceded by one that took effect. */
  delete: callForValue('deleteWebhook'),
};
