import type { BillRun } from '#contract';
import { callForValue } from './methods.ts';
import type { CallOptions, RouteCaller } from './route-caller.ts';

/** Bills and statements. */
export const bills = {
  /** The bills of the days from one local date to another; of the last 31 days without both. */
  list: callForValue('listBills'),
  /** The bill of a day, `YYYY-MM-DD`. */
  get: callForValue('getBill'),
  /** What each event of a day added to which line of its bill; after a revision, 100 entries if `limit` is omitted. */
  entries: callForValue('listBillEntries'),
  /** The statement of a month, `YYYY-MM`, as far as its days are billed. */
  statement: callForValue('getStatement'),
  /**
   * Bills every account that the key reaches up to a date, as far as its days are over. Where the answer is not `done`
   * the run goes on; the same call again tells how far it has come. Scope `operator`.
   */
  run:
    (caller: RouteCaller) =>
    (date: string, options?: CallOptions): Promise<BillRun> =>
      caller.read('runBills', { parameters: {}, body: { date } }, options),
};
