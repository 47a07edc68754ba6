import { formatMoney, type AccountState } from '#ledger';
import { printable } from '#terminal';
import { findingsKeptMax, type Finding } from './finding.ts';

/** RFC 3339 in UTC with milliseconds. A time that no calendar has is shown as its number. */
export function timeText(at: number): string {
  const time = new Date(at);
  return Number.isNaN(time.getTime()) ? String(at) : time.toISOString();
}

/** A date and time of RFC 3339, with seconds and an offset. */
const rfc3339 =
  /^(\d{4})-(\d{2})-(\d{2})[Tt](?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

/** ms since 1970 of an RFC 3339 text, digits below the millisecond cut off; undefined if it is none. */
export function timeOf(text: string): number | undefined {
  const [found, year, month, day] = rfc3339.exec(text) ?? [];
  if (found === undefined) return undefined;
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  // A day that its month does not have would be read as one of the next month.
  if (date.getUTCDate() !== Number(day) || date.getUTCMonth() !== Number(month) - 1) return undefined;
  const at = Date.parse(text.toUpperCase().replace(/(\.\d{3})\d+/, '$1'));
  return Number.isNaN(at) ? undefined : at;
}

/** The part of a balance that changes with every call. */
export function balanceLine({ standing }: AccountState): string {
  const { available, frozen, settled } = standing.balance;
  return `available ${formatMoney(available)}  frozen ${formatMoney(frozen)}  settled ${formatMoney(settled)}`;
}

export function findingLine({ kind, stream, revision, detail }: Finding): string {
  const place = revision === undefined ? stream : `${stream} ${String(revision)}`;
  return `${kind}  ${printable(`${place}: ${detail}`)}`;
}

/** @param found how many there are, shown or not. */
export function findingLines(findings: readonly Finding[], found: number): readonly string[] {
  const lines = findings.map(findingLine);
  if (found > findings.length) lines.push(`… the first ${String(findingsKeptMax)} of ${String(found)} are shown`);
  return lines;
}
