/** One page: rows after the named one, `limit` from 1 to 500, 100 if omitted. */
export interface PageQuery {
  readonly after?: string;
  readonly limit?: number;
}
