import { NoSuchData } from '../source/open-log.ts';
import type { Exported, Selection } from './export-bundle.ts';

/** How long the service may take to write it down, in ms. */
const answerMaxMs = 10_000;

/**
 * Has a service write down that an export was made, under the digest of the bundle: told twice it is written once.
 * Returns its id.
 *
 * @throws NoSuchData if there is no key, or the service does not take it.
 */
export async function recordExport(
  url: string,
  key: string | undefined,
  { accounts, from, until }: Selection,
  { events, digest }: Exported,
): Promise<string> {
  if (key === undefined || key === '') throw new NoSuchData('HOLDFAST_AUDITOR_KEY is not set');
  const exportId = `bundle-${digest.slice(0, 40)}`;
  const body = {
    exportId,
    ...(accounts !== null && { accounts }),
    ...(from !== null && { from: new Date(from).toISOString() }),
    ...(until !== null && { until: new Date(until).toISOString() }),
    events,
    digest,
  };
  const answer = await fetch(`${url.replace(/\/+$/, '')}/v1/exports`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(answerMaxMs),
  });
  if (answer.status === 201) return exportId;
  throw new NoSuchData(`the bundle is complete, but ${url} did not record it: ${await answer.text()}`);
}
