import type { AccountState } from '../core/state.ts';

/** About how many bytes of memory each takes of what an account has any number of; and an account with nothing. */
const partBytes = 1_024;
const tableBytes = 4_096;
const accountBytes = 4_096;

/** About how many bytes of memory the state of an account takes, but for its recent past. */
export function stateBytes({
  agreedTables,
  budgets,
  openHoldBytes: held,
  openOrders,
  packs,
  trialsTaken,
}: AccountState): number {
  const parts = budgets.size + openOrders.size + packs.size + trialsTaken.size;
  return accountBytes + held + partBytes * parts + tableBytes * agreedTables.size;
}
