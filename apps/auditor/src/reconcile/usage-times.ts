import { parseTime } from '../texts.ts';

/** A moment as a file writes it: an instant, or what clocks of some place showed. */
export type UsageTime = { readonly at: number } | { readonly local: number };

/** A date and a time of day without an offset, as spreadsheets write them: `2026/3/10 10:00`, `2026-03-10T10:00:00.5`. */
const localTime = /^(\d{4})([-/.])(\d{1,2})\2(\d{1,2})[T ]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?$/;

/** Reads a time of RFC 3339, or one without an offset; undefined if it is neither. */
export function usageTime(text: string): UsageTime | undefined {
  const at = parseTime(text);
  if (at !== undefined) return { at };
  const [found, year, , month, day, hour, minute, second = '0', fraction = ''] = localTime.exec(text) ?? [];
  if (found === undefined) return undefined;
  const parts = [year, month, day, hour, minute, second].map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const [years, months, days, hours, minutes, seconds] = parts;
  const local = Date.UTC(years, months - 1, days, hours, minutes, seconds, Number(fraction.padEnd(3, '0').slice(0, 3)));
  const read = new Date(local);
  // A month, a day or an hour that there is not would be read as one of the next.
  const isThere =
    read.getUTCMonth() === months - 1 &&
    read.getUTCDate() === days &&
    read.getUTCHours() === hours &&
    minutes < 60 &&
    seconds < 60;
  return isThere ? { local } : undefined;
}

/** The instant of a time, ms since 1970. @param offsetAt how far the clocks are ahead of UTC, where the time has no offset. */
export function toInstant(time: UsageTime, offsetAt: (at: number) => number): number {
  if ('at' in time) return time.at;
  const { local } = time;
  // The offset at that very instant is not known before the instant is; two steps reach it but within an hour that a
  // clock skips or shows twice.
  const near = local - offsetAt(local);
  return local - offsetAt(near);
}
