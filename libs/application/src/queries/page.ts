/** Rows of a list, and how fresh they are. */
export interface Rows<Row> {
  readonly rows: readonly Row[];
  /** ms since 1970. */
  readonly asOf: number;
  /** Up to where in the log the read models had come; none for what is read in the account's lane. */
  readonly asOfPosition?: string;
}

/** A page of a list. */
export interface ListPage<Row> extends Rows<Row> {
  /** The id after which the next page goes on; null: this was the last. */
  readonly after: string | null;
}

/** A page, or why there is none; `unknown_cursor`: the list has no row of the id that it is to go on after. */
export type Page<Row> = ListPage<Row> | 'account_not_found' | 'unknown_cursor';

/**
 * The page of a list that goes on after a row.
 *
 * @param freshness see {@link Rows}.
 * @param read at most `limit` rows after an id, or fewer if they are large; undefined if there is no row of that id.
 */
export function readPage<Row>(
  { after, limit }: { readonly after: string | null; readonly limit: number },
  freshness: Omit<Rows<Row>, 'rows'>,
  readId: (row: Row) => string,
  read: (after: string | null, limit: number) => readonly Row[] | undefined,
): ListPage<Row> | 'unknown_cursor' {
  const rows = read(after, limit);
  if (rows === undefined) return 'unknown_cursor';
  const last = rows.at(-1);
  const lastId = last === undefined ? null : readId(last);
  const goesOn = rows.length >= limit || (lastId !== null && read(lastId, 1)?.length === 1);
  return { rows, after: goesOn ? lastId : null, ...freshness };
}
