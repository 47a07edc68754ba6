import type { RecordedEvent } from '#application';
import {
  AccountAudit,
  type AccountEvent,
  chainHash,
  chainStart,
  correctedBy,
  CorrectionsAudit,
  decodeEvent,
  eventIdFromHash,
  postings,
  PriceBookCatalog,
  TrialBalance,
} from '#domain';
import { testBooks } from './account-driver.ts';
import { NaiveReplay } from './naive-replay.ts';
import { readTrace } from './traces.ts';

/** A promise that was not kept. */
export interface Violation {
  readonly kind: string;
  readonly detail: string;
}

/**
 * What is wrong with one account's stored events, whoever asked for them: places, chain and ids; the rules, by an audit
 * and by a model that share no code with the decisions; the journal. After every event, not only at the end.
 */
export function checkLog(accountId: string, stored: readonly RecordedEvent[]): readonly Violation[] {
  const events = stored.map(({ type, data }) => decodeEvent(type, data));
  return [
    ...checkChain(stored),
    ...checkByAudit(accountId, events),
    ...checkByCounting(events),
    ...new NaiveReplay().findErrors(events),
  ];
}

function checkChain(stored: readonly RecordedEvent[]): readonly Violation[] {
  const errors: Violation[] = [];
  const ids = new Set<string>();
  let hash = chainStart;
  let position = '';
  for (const [place, event] of stored.entries()) {
    const where = `${event.stream} ${String(event.revision)}`;
    if (event.revision !== place) errors.push({ kind: 'revision-gap', detail: `${where} stands at ${String(place)}` });
    hash = chainHash(hash, event.stream, place, event.type, event.data, event.metadata);
    if (event.hash !== hash || event.id !== eventIdFromHash(hash)) errors.push({ kind: 'chain-broken', detail: where });
    if (ids.has(event.id)) errors.push({ kind: 'id-used-twice', detail: `${where}: event ${event.id}` });
    ids.add(event.id);
    if (event.position <= position) errors.push({ kind: 'position-backwards', detail: where });
    ({ position } = event);
  }
  return errors;
}

function checkByAudit(accountId: string, events: readonly AccountEvent[]): readonly Violation[] {
  const errors: Violation[] = [];
  const used = new Set<string>();
  const ids = {
    use: (key: string): boolean => used.size < used.add(key).size,
    has: (key: string): boolean => used.has(key),
  };
  const audit = new AccountAudit(accountId, ids, new PriceBookCatalog(testBooks));
  const trial = new TrialBalance();
  const corrections = new CorrectionsAudit(new Set(events.flatMap((event) => correctedBy(event) ?? [])));
  for (const [revision, event] of events.entries()) {
    const violations = [...audit.follow(event, revision), ...corrections.follow(event)];
    errors.push(...violations.map(({ kind, detail }) => ({ kind, detail: `${String(revision)}: ${detail}` })));
    trial.post(postings(event));
    if (trial.difference() !== 0n) errors.push({ kind: 'trial-balance', detail: `after ${String(revision)}` });
  }
  return [...errors, ...audit.finish()];
}

/** Everything happens once, and a hold ends once, with at most one late settle after that. */
function checkByCounting(events: readonly AccountEvent[]): readonly Violation[] {
  const errors: Violation[] = [];
  const traces = new Set<string>();
  const ended = new Set<string>();
  for (const [revision, event] of events.entries()) {
    const trace = readTrace(event);
    if (trace !== undefined && traces.has(trace)) {
      errors.push({ kind: 'happened-twice', detail: `${trace}, again at ${String(revision)}` });
    }
    if (trace !== undefined) traces.add(trace);
    if (event.type !== 'hold-settled.v1' && event.type !== 'hold-released.v1' && event.type !== 'hold-expired.v1') {
      continue;
    }
    const { holdId } = event.data;
    if (ended.has(holdId)) errors.push({ kind: 'ended-twice', detail: `hold ${holdId} at ${String(revision)}` });
    ended.add(holdId);
  }
  return errors;
}
