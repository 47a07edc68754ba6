import { type AccountEvent, type BalanceTexts, balanceTexts, type HoldFacts, holdStatus } from '#domain';
import { printable, wrapped } from '#terminal';
import type { Finding } from '../finding.ts';
import { readHistory, type Streams } from '../source/account-history.ts';
import { readCause } from '../source/cause.ts';
import { NoSuchData } from '../source/open-log.ts';
import { durationText, findingLine, terminalColumns, timeText } from '../texts.ts';
import { holdSentences } from './hold-sentences.ts';

/** One event of a hold's lifecycle. */
export interface LifecycleStep {
  readonly revision: number;
  readonly at: string;
  /** As it was stored. */
  readonly type: string;
  /** Who or what acted, and the request or work that it came from. */
  readonly actor: string;
  readonly correlationId: string;
  readonly sentences: readonly string[];
  /** The account's, after it. */
  readonly balance: BalanceTexts;
  readonly hash: string;
}

export interface HoldScenario {
  readonly accountId: string;
  readonly holdId: string;
  /** What it reads now. */
  readonly status: string;
  readonly summary: string;
  readonly steps: readonly LifecycleStep[];
  readonly findings: readonly Finding[];
}

/**
 * The lifecycle of one hold, from the account's events: who of them concern it, and how its price came about.
 *
 * @param now ms since 1970: a hold whose deadline has come has expired, though no event says so yet.
 * @throws NoSuchData if there is no such account, or it never had this hold.
 */
export async function explainHold(
  streams: Streams,
  accountId: string,
  holdId: string,
  now: number,
): Promise<HoldScenario> {
  const findings: Finding[] = [];
  const steps: LifecycleStep[] = [];
  let facts: HoldFacts | undefined;
  let [currency, refunded] = ['', '0'];
  for await (const { recorded, event, state } of readHistory(streams, accountId, findings)) {
    if (event.type === 'account-opened.v1') ({ currency } = event.data);
    if (!('holdId' in event.data) || event.data.holdId !== holdId) continue;
    facts = factsAfter(facts, event);
    if (event.type === 'charge-refunded.v1') ({ refunded } = event.data);
    steps.push({
      revision: recorded.revision,
      at: timeText(event.data.at),
      type: recorded.type,
      ...readCause(recorded),
      sentences: holdSentences(event, currency),
      balance: balanceTexts(state.summary.balance),
      hash: recorded.hash,
    });
  }
  if (facts === undefined && findings.length === 0) throw new NoSuchData(`${accountId} never had a hold ${holdId}`);
  const status = facts === undefined ? 'unknown' : statusNow(facts, now);
  const summary = summarize(facts, status, currency, now);
  return {
    accountId,
    holdId,
    status,
    summary: summary + (refunded === '0' ? '' : `, ${refunded} ${currency} refunded`),
    steps,
    findings,
  };
}

function factsAfter(facts: HoldFacts | undefined, event: AccountEvent): HoldFacts | undefined {
  switch (event.type) {
    case 'funds-frozen.v1':
      return { opening: event.data };
    case 'hold-settled.v1':
    case 'hold-released.v1':
    case 'hold-expired.v1':
      return facts === undefined ? undefined : { ...facts, ending: event };
    case 'hold-settled-late.v1':
      return facts === undefined ? undefined : { ...facts, late: event };
    default:
      return facts;
  }
}

function statusNow(facts: HoldFacts, now: number): string {
  const status = holdStatus(facts);
  return status === 'open' && facts.opening.expiresAt <= now ? 'expired' : status;
}

function summarize(facts: HoldFacts | undefined, status: string, currency: string, now: number): string {
  if (facts === undefined) return 'nothing is known of it that can be trusted';
  const { opening, ending, late } = facts;
  const charged = late?.data.amount ?? (ending?.type === 'hold-settled.v1' ? ending.data.amount : '0');
  const frozen = `${opening.amount} ${currency} frozen`;
  if (late !== undefined) return `settled late: ${charged} ${currency} charged, ${frozen}`;
  if (status === 'open') return `open: ${frozen}, ${durationText(opening.expiresAt - now)} to its deadline`;
  if (ending === undefined) {
    return `expired ${durationText(now - opening.expiresAt)} ago, though no event says so yet: ${frozen}, nothing charged`;
  }
  const after = durationText(ending.data.at - opening.at);
  return `${status} ${after} after it was opened: ${frozen}, ${charged} ${currency} charged`;
}

/** The same for a terminal of 80 columns. */
export function scenarioLines(scenario: HoldScenario): readonly string[] {
  const { accountId, holdId, summary, steps, findings } = scenario;
  return [
    ...wrapped(printable(`Hold ${holdId} of account ${accountId} is ${summary}.`), terminalColumns),
    ...steps.flatMap(({ revision, at, type, actor, correlationId, sentences, balance }) => [
      '',
      `${at}  ${printable(type)}, revision ${String(revision)}`,
      ...wrapped(
        printable(`By ${actor}, ${actor === 'holdfast' ? 'for' : 'request'} ${correlationId}.`),
        terminalColumns,
        '  ',
      ),
      ...sentences.flatMap((sentence) => wrapped(printable(sentence), terminalColumns, '  ')),
      ...wrapped(
        `Then available ${balance.available}, frozen ${balance.frozen}, settled ${balance.settled}.`,
        terminalColumns,
        '  ',
      ),
    ]),
    ...findings.map(findingLine),
  ];
}
