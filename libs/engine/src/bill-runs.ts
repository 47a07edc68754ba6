import { type BillIssuer, BillRuns, type Clock, type ReadModels } from '#application';
import type { Logger } from '#runtime';

/** Bill runs that say in the log how they go. */
export function loggedBillRuns(readModels: ReadModels, issuer: BillIssuer, clock: Clock, logger: Logger): BillRuns {
  return new BillRuns({
    readModels,
    issuer,
    clock,
    failed: (accountId, cause) => {
      logger.warn(
        { accountId, cause: String(cause) },
        'the account could not be billed: the next bill run tries again',
      );
    },
    finished: (progress) => {
      logger.info(progress, 'bill run finished');
    },
  });
}
