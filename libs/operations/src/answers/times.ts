let lastAt = Number.NaN;
let lastText = '';

/** RFC 3339 in UTC with milliseconds. Most answers of a moment name the same millisecond, so the last text is kept. */
export function timeText(at: number): string {
  if (at !== lastAt) {
    lastText = new Date(at).toISOString();
    lastAt = at;
  }
  return lastText;
}

export function timeTextOrNull(at: number | null): string | null {
  return at === null ? null : timeText(at);
}
