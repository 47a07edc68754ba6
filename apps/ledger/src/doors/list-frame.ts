import { timeText, type Listed } from '#operations';

/** How fresh a list is, and where it goes on: after the last row of a full page. */
export function listFrame<Row>(
  { rows, asOf, asOfPosition }: Listed<Row>,
  limit: number,
  idOf: (row: Row) => string,
): { readonly after: string | null; readonly asOf: string; readonly asOfPosition: string } {
  const last = rows.at(-1);
  const after = last === undefined || rows.length < limit ? null : idOf(last);
  return { after, asOf: timeText(asOf), asOfPosition };
}
