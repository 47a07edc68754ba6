import type { Clock, EventStore } from '#application';
import type { Config, Logger } from '#runtime';
import {
  AddressGuard,
  SecretSeal,
  toSource,
  WebhookDelivery,
  webhookLimits,
  WebhookRegister,
  WebhookSender,
  type WebhookState,
} from '#webhooks';
import { CheckpointsSent } from './checkpoints-sent.ts';
import { ensureWebhookKey, makeWebhookKey } from './kept-key.ts';
import { assertCanSeal } from './webhook-secrets.ts';

/** Webhooks of one process. */
export interface Webhooks {
  readonly register: WebhookRegister;
  readonly state: () => WebhookState;
  /** Reads the endpoints, and delivers to them if this process is to. */
  readonly start: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

interface WebhooksParts {
  readonly store: EventStore;
  readonly clock: Clock;
  readonly soleWriter: boolean;
  /** The store must not be written to any more. */
  readonly onFatalStoreError: (cause: unknown) => void;
}

export function openWebhooks(config: Config, logger: Logger, parts: WebhooksParts): Webhooks {
  const { store, clock, soleWriter, onFatalStoreError } = parts;
  const rules = { guard: new AddressGuard(config.webhookNetworks), plain: config.webhookHttp };
  const seal = new SecretSeal(() => ensureWebhookKey(config) ?? makeWebhookKey(config, logger));
  const register = new WebhookRegister(store, clock, seal, rules, onFatalStoreError);
  const delivery = new WebhookDelivery({
    store,
    clock,
    register,
    ledger: new CheckpointsSent(store),
    sender: new WebhookSender(rules, webhookLimits),
    source: toSource(config.namespace),
    soleWriter,
    limits: webhookLimits,
    trouble: (webhookId, cause) => {
      logger.warn({ webhookId, err: cause }, 'webhook delivery failed: it is tried again later');
    },
  });
  return {
    register,
    state: () => delivery.state,
    start: async () => {
      await register.refresh();
      await assertCanSeal(register, config, logger);
      if (config.webhooks) delivery.start();
    },
    stop: () => delivery.stop(),
  };
}
