import { type DemoAccount, product } from './demo-accounts.ts';
import type { VerificationRequest } from './verification.ts';

/** Life of a short-lived hold, in seconds: its money comes back while one still looks. */
export const shortLifeSeconds = 2;

/**
 * All verifications of a run, those of each account spread evenly over it.
 *
 * @param run goes into the ids, which no other run may use; not into the subjects, which are alike in every run
 */
export function makeRequests(accounts: readonly DemoAccount[], run: string): readonly VerificationRequest[] {
  const placed = accounts.flatMap((account) =>
    Array.from({ length: account.calls }, (_, index) => ({
      place: (index + 0.5) / account.calls,
      request: makeRequest(account, index + 1, run),
    })),
  );
  return placed.sort((left, right) => left.place - right.place).map(({ request }) => request);
}

function makeRequest(account: DemoAccount, number: number, run: string): VerificationRequest {
  const { accountId, unitsPerCall, shortLivedOneIn } = account;
  const shortLived = shortLivedOneIn > 0 && number % shortLivedOneIn === 0;
  return {
    verificationId: `${run}-${String(number)}`,
    accountId,
    product,
    units: unitsPerCall,
    subject: `${accountId}-subject-${String(number)}`,
    ...(shortLived && { ttlSeconds: shortLifeSeconds }),
  };
}

/** Works through the items, so many at a time, until they are done or `goOn` says no. */
export async function inParallel<Item>(
  items: readonly Item[],
  atOnce: number,
  goOn: () => boolean,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const left = items.values();
  const worker = async (): Promise<void> => {
    for (const item of left) {
      if (!goOn()) return;
      await work(item);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}
