import { type AccountState, formatMoney } from '#domain';
import { printable } from '#terminal';
import { type Finding, findingsKeptMax } from './finding.ts';

/** RFC 3339 in UTC with milliseconds. A time that no calendar has is shown as its number. */
export function timeText(at: number): string {
  const time = new Date(at);
  return Number.isNaN(time.getTime()) ? String(at) : time.toISOString();
}

/** A date and time of RFC 3339, with seconds and an offset. */
const rfc3339 =
  /^(\d{4})-(\d{2})-(\d{2})[Tt](?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

/** ms since 1970 of an RFC 3339 text, digits below the millisecond cut off; undefined if it is none. */
export function parseTime(text: string): number | undefined {
  const [found, year, month, day] = rfc3339.exec(text) ?? [];
  if (found === undefined) return undefined;
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  // A day that its month does not have would be read as one of the next month.
  if (date.getUTCDate() !== Number(day) || date.getUTCMonth() !== Number(month) - 1) return undefined;
  const at = Date.parse(text.toUpperCase().replace(/(\.\d{3})\d+/, '$1'));
  return Number.isNaN(at) ? undefined : at;
}

/** The part of a balance that changes with every call. */
export function balanceLine({ summary }: AccountState): string {
  const { available, frozen, settled } = summary.balance;
  return `available ${formatMoney(available)}  frozen ${formatMoney(frozen)}  settled ${formatMoney(settled)}`;
}

export function findingLine({ kind, stream, revision, line, detail }: Finding): string {
  const place = revision === undefined ? stream : `${stream} ${String(revision)}`;
  const inFile = line === undefined ? '' : `, line ${String(line)}`;
  return `${kind}  ${printable(`${place}${inFile}: ${detail}`)}`;
}

/** @param found how many there are, shown or not. */
export function findingLines(findings: readonly Finding[], found: number): readonly string[] {
  const lines = findings.map(findingLine);
  if (found > findings.length) lines.push(`… the first ${String(findingsKeptMax)} of ${String(found)} are shown`);
  return lines;
}

/** What a history is written for. */
export const terminalColumns = 80;

/** 1234567 as 1 234 567. */
export function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ' ');
}

const durations: readonly (readonly [name: string, ms: number])[] = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
];

/** The two largest parts of it, e.g. `1 d 3 h`, `29 min 59.999 s`, `0.5 s`. */
export function durationText(ms: number): string {
  const parts: string[] = [];
  let rest = Math.abs(ms);
  for (const [name, length] of durations) {
    const count = Math.floor(rest / length);
    rest -= count * length;
    if (count > 0) parts.push(`${String(count)} ${name}`);
  }
  if (rest > 0 || parts.length === 0) parts.push(`${String(rest / 1_000)} s`);
  return `${ms < 0 ? '-' : ''}${parts.slice(0, 2).join(' ')}`;
}
