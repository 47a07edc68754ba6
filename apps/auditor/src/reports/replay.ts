import { balanceTexts, summarize } from '#domain';
import { printable, printableJson } from '#terminal';
import type { Finding } from '../finding.ts';
import { readHistory, type Step, type Streams } from '../source/account-history.ts';
import { readCause } from '../source/cause.ts';
import { balanceLine, findingLine, timeText } from '../texts.ts';

export interface ReplayOptions {
  /** First revision that is shown. */
  readonly from: number;
  /** Most events that are shown. */
  readonly limit: number;
  readonly json: boolean;
}

/**
 * Writes the history of an account, one line an event with the balance after it, as it is read. Returns what is wrong
 * with it.
 *
 * @throws NoSuchData if there is no such account.
 */
export async function replay(
  streams: Streams,
  accountId: string,
  { from, limit, json }: ReplayOptions,
  write: (line: string) => void,
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  let shown = 0;
  for await (const step of readHistory(streams, accountId, findings)) {
    if (step.recorded.revision < from) continue;
    if (shown >= limit) break;
    if (json && shown === 0) write(`{"accountId":${printableJson(accountId)},"events":[`);
    write(json ? `${shown === 0 ? '' : ','}${printableJson(stepJson(step))}` : stepLine(step));
    shown += 1;
  }
  if (!json) {
    for (const finding of findings) write(findingLine(finding));
    return findings;
  }
  if (shown === 0) write(`{"accountId":${printableJson(accountId)},"events":[`);
  write(`],"findings":${printableJson(findings)}}`);
  return findings;
}

function stepJson({ recorded, event, state }: Step): object {
  const { revision, id, hash, type } = recorded;
  const metadata: unknown = JSON.parse(recorded.metadata);
  const { at } = event.data;
  const balance = balanceTexts(state.summary.balance);
  return { revision, at: timeText(at), type, id, hash, data: event.data, metadata, balance };
}

function stepLine({ recorded, event, state }: Step): string {
  const revision = String(recorded.revision).padStart(6);
  const type = recorded.type.replace(/\.v\d+$/, '').padEnd(18);
  const moved = printable(summarize(event)).padEnd(60);
  const { actor, correlationId } = readCause(recorded);
  const cause = printable(`by ${actor}, ${correlationId}`);
  return `${revision}  ${timeText(event.data.at)}  ${type}  ${moved}  ${balanceLine(state)}  ${cause}`;
}
