/** Revisions as a text that people can read too: `3-5 9 11-12`. They come in any order, each any number of times. */
export function revisionRanges(revisions: readonly number[]): string {
  const ranges: { first: number; last: number }[] = [];
  for (const revision of [...revisions].sort((left, right) => left - right)) {
    const range = ranges.at(-1);
    if (range !== undefined && revision <= range.last + 1) range.last = revision;
    if (range === undefined || revision > range.last) ranges.push({ first: revision, last: revision });
  }
  return ranges
    .map(({ first, last }) => (first === last ? String(first) : `${String(first)}-${String(last)}`))
    .join(' ');
}
