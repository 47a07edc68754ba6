import { type Listed, timeText } from '#application';
import { type Problem, problemOfFaults } from '#contract';

/** How fresh a list is, and where it goes on: after the last row of a page that is full, by number or by size. */
export function listFrame<Row>(
  { rows, more = false, asOf, asOfPosition }: Listed<Row>,
  limit: number,
  idOf: (row: Row) => string,
): { readonly after: string | null; readonly asOf: string; readonly asOfPosition: string } {
  const last = rows.at(-1);
  const after = last === undefined || (rows.length < limit && !more) ? null : idOf(last);
  return { after, asOf: timeText(asOf), asOfPosition };
}

/** A list that cannot go on after what it was told says so: an empty page would look like its end. @param what with its article. */
export function unknownCursor(what: string): Problem {
  return problemOfFaults([{ pointer: '/after', detail: `${what} of this id is not in the list` }]);
}
