import { timeText, timeTextOrNull } from '#application';
import { createProblem, type Problem } from '#contract';
import type { Endpoint, Progressed, WebhookRefusal } from '#webhooks';

/** An endpoint without its secrets' texts, and how far it was delivered to; null before anything was. */
export function webhookAnswer(endpoint: Endpoint, progress: Progressed | undefined): object {
  const { webhookId, url, description, eventTypes, accountPrefixes, disabledFor, disabledBecause } = endpoint;
  const enabled = disabledFor === null ? 'active' : 'disabled';
  const status = endpoint.deleted ? 'deleted' : enabled;
  const createdAt = timeText(endpoint.at);
  const secrets = endpoint.secrets.map((secret) => ({
    secretId: secret.secretId,
    createdAt: timeText(secret.createdAt),
    validUntil: timeTextOrNull(secret.validUntil),
  }));
  const named = { webhookId, url, description, eventTypes, accountPrefixes };
  const delivery = progress === undefined ? null : deliveryAnswer(progress);
  return { ...named, status, disabledFor, disabledBecause, createdAt, secrets, delivery };
}

function deliveryAnswer(progress: Progressed): object {
  const { at, position, failing, stuck, givenUp, lastGivenUp, waiting = null } = progress;
  return {
    asOf: timeText(at),
    position,
    failing: failing === null ? null : { ...failing, since: timeText(failing.since) },
    stuck: stuck.map(({ accountId, next, since }) => ({
      accountId,
      revision: next,
      failingSince: timeTextOrNull(since),
    })),
    waiting: waiting === null ? null : { ...waiting, nextAt: timeTextOrNull(waiting.nextAt) },
    givenUp,
    lastGivenUp: lastGivenUp === null ? null : { ...lastGivenUp, at: timeText(lastGivenUp.at) },
  };
}

export function problemOfWebhook(refusal: WebhookRefusal): Problem {
  if (refusal.code === 'webhook_url_refused') {
    return createProblem(refusal.code, { detail: `url: ${refusal.why}`, field: 'url' });
  }
  if (refusal.code === 'too_many_webhooks') return createProblem(refusal.code, { detail: refusal.why });
  return createProblem(refusal.code, 'field' in refusal ? { field: refusal.field } : {});
}
