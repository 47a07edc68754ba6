import type { Bill, BillEntries, BillList, BillRun, Statement } from '#contract';
import type { CallOptions, Doors } from './doors.ts';

/** The doors to bills and statements, one method each. */
export class BillDoors {
  readonly #doors: Doors;

  constructor(doors: Doors) {
    this.#doors = doors;
  }

  /** The bills of the days from one local date to another; of the last 31 days without both. */
  list(
    accountId: string,
    period: { readonly from?: string; readonly to?: string } = {},
    options?: CallOptions,
  ): Promise<BillList> {
    return this.#doors.read('listBills', { accountId }, { ...period }, options);
  }

  /** The bill of a day, `YYYY-MM-DD`. */
  get(accountId: string, date: string, options?: CallOptions): Promise<Bill> {
    return this.#doors.read('getBill', { accountId, date }, {}, options);
  }

  /** What each event of a day added to which line of its bill; after a revision, 100 entries if `limit` is omitted. */
  entries(
    accountId: string,
    date: string,
    page: { readonly after?: number; readonly limit?: number } = {},
    options?: CallOptions,
  ): Promise<BillEntries> {
    return this.#doors.read('listBillEntries', { accountId, date }, { ...page }, options);
  }

  /** The statement of a month, `YYYY-MM`, as far as its days are billed. */
  statement(accountId: string, month: string, options?: CallOptions): Promise<Statement> {
    return this.#doors.read('getStatement', { accountId, month }, {}, options);
  }

  /**
   * Bills every account that the key reaches up to a date, as far as its days are over. Where the answer is not `done`
   * the run goes on; the same call again tells how far it has come. Scope `operator`.
   */
  async run(date: string, options?: CallOptions): Promise<BillRun> {
    return (await this.#doors.send('runBills', {}, { body: { date } }, options)).json as BillRun;
  }
}
