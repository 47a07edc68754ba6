import { type FreezeBody, type Hold, type HoldList, type HoldStatus, type Operation, pageRowsMax } from '#contract';
import { type BatchOutcomes, readOutcome } from './batch.ts';
import { HoldNotOpen } from './errors.ts';
import { callForValue, command } from './methods.ts';
import { type CallOptions, type Done, type RouteCaller, wasReplayed } from './route-caller.ts';

/** Holds, quotes, and batches of operations. */
export const holds = {
  /**
   * Freezes the fee of a verification before it is asked for. Scope `gateway`.
   *
   * @throws HoldNotOpen if it was carried out before and the hold has ended since: nobody verifies on a dead hold
   */
  freeze:
    (caller: RouteCaller) =>
    async (accountId: string, body: FreezeBody, options?: CallOptions): Promise<Done<Hold>> => {
      const { headers, json } = await caller.send('freeze', { parameters: { accountId }, body }, options);
      const hold = json as Hold;
      const now = (headers.get('holdfast-hold-status') ?? 'open') as HoldStatus;
      if (now !== 'open') throw new HoldNotOpen(hold, now);
      return { value: hold, replayed: wasReplayed(headers) };
    },
  /**
   * Ends a hold because the verification completed, and charges it. Scope `gateway`. With `completedAt` a hold whose
   * deadline has passed meanwhile can still be charged, up to 24 hours after it.
   */
  settle: command('settle'),
  /** Records that a call failed; the hold stays open until its deadline. Scope `gateway`. */
  fail: command('fail'),
  /** Ends a hold because its credential was never issued. Scope `gateway` or `operator`. */
  release: command('release'),
  /** A hold, as of now. */
  getHold: callForValue('getHold'),
  /** Lists the holds of an account in the order of their opening. Lists may be a moment behind; `asOfPosition` says how far. */
  listHolds: callForValue('listHolds'),
  /** All holds of an account, in the order of their opening, asked for page by page as they are used. */
  everyHold: (caller: RouteCaller) =>
    async function* (accountId: string, status?: HoldStatus, options?: CallOptions): AsyncGenerator<Hold, void> {
      let after: string | null = null;
      do {
        const query = { limit: pageRowsMax, ...(status && { status }), ...(after !== null && { after }) };
        const page: HoldList = await caller.read('listHolds', { parameters: { accountId }, query }, options);
        yield* page.holds;
        ({ after } = page);
      } while (after !== null);
    },
  /** What a freeze would take now. Writes nothing, promises nothing. */
  quote: callForValue('quote'),
  /**
   * Many operations in one request, at most 8192, each with an outcome of its own, in the order of the operations. One
   * that a passing problem met (`account_busy`, …) is not retried by itself: send the whole batch again as it is.
   */
  batch:
    (caller: RouteCaller) =>
    async <const Operations extends readonly Operation[]>(
      operations: Operations,
      options?: CallOptions,
    ): Promise<BatchOutcomes<Operations>> => {
      const body = { operations: [...operations] };
      const { results } = await caller.read('batch', { parameters: {}, body }, options);
      return results.map(readOutcome) as unknown as BatchOutcomes<Operations>;
    },
};
