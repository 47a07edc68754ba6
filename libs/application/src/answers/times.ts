/** Texts kept; a prime, so that a hold's opening and its deadline, round numbers apart, do not push each other out. */
const textsKept = 61;

const ats = new Array<number>(textsKept).fill(Number.NaN);
const texts = new Array<string>(textsKept).fill('');

/**
 * RFC 3339 in UTC with milliseconds. Most answers of a moment name the same milliseconds, so the last texts are kept: making
 * one costs a microsecond or two, as much as deciding.
 */
export function timeText(at: number): string {
  const place = at % textsKept;
  if (ats[place] === at) return texts[place] ?? '';
  const text = new Date(at).toISOString();
  ats[place] = at;
  texts[place] = text;
  return text;
}

/** As `timeText`; null stays null. @param at ms since 1970. */
export function timeTextOrNull(at: number | null): string | null {
  return at === null ? null : timeText(at);
}
