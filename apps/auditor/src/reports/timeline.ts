import { type AccountEvent, formatMoney, summarize } from '#domain';
import { countColumns, fitted, printable } from '#terminal';
import type { Finding } from '../finding.ts';
import { readHistory, type Streams } from '../source/account-history.ts';
import { readCause } from '../source/cause.ts';
import { findingLine, terminalColumns } from '../texts.ts';

export interface TimelineOptions {
  /** ms since 1970; belongs to what is shown. */
  readonly from: number;
  /** ms since 1970; does not. */
  readonly until: number;
  /** Most events that are shown. */
  readonly limit: number;
}

/** Most that is shown of who acted: the id of a key. */
const actorColumns = 12;

/** The widest name of an event. */
const nameColumns = 18;

/**
 * The history of an account for a terminal of 80 columns, day by day in the account's time zone, with what is available
 * after each event. Returns what is wrong with it.
 *
 * @throws NoSuchData if there is no such account.
 */
export async function timeline(
  streams: Streams,
  accountId: string,
  { from, until, limit }: TimelineOptions,
  write: (line: string) => void,
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  let shown = 0;
  let date = '';
  let isNamed = false;
  for await (const { recorded, event, state } of readHistory(streams, accountId, findings)) {
    const { terms, balance } = state.summary;
    const { calendar } = state;
    const { at } = event.data;
    if (terms === null || calendar === null || at < from) continue;
    if (at >= until || shown >= limit) break;
    if (!isNamed) write(fitted(`${printable(accountId)}, ${terms.currency}, ${terms.timeZone}`, terminalColumns));
    isNamed = true;
    const today = calendar.findDate(at);
    if (today !== date) write(today);
    date = today;
    write(formatLine(calendar.timeOfDay(at), event, readCause(recorded).actor, formatMoney(balance.available)));
    shown += 1;
  }
  for (const finding of findings) write(findingLine(finding));
  return findings;
}

/** Time, name, what it moved, who acted, and what is available: the last at the right edge. */
function formatLine(time: string, event: AccountEvent, actor: string, available: string): string {
  const name = event.type.replace(/\.v\d+$/, '').padEnd(nameColumns);
  const beginning = `${time} ${name} `;
  const who = fitted(printable(actor), actorColumns);
  const end = ` ${who} ${available}`;
  const width = Math.max(1, terminalColumns - countColumns(beginning) - countColumns(end));
  const moved = fitted(printable(summarize(event)), width);
  return `${beginning}${moved}${' '.repeat(Math.max(0, width - countColumns(moved)))}${end}`;
}
