import {
  formatMoney,
  statusOf,
  type AccountOpened,
  type AccountState,
  type AccountStatus,
  type Balance,
} from '#ledger';
import type { BalanceTexts } from '../ports/views.ts';

/** An account at a moment. */
export interface AccountAnswer {
  readonly opened: AccountOpened;
  readonly status: AccountStatus;
  readonly suspendedFor: readonly string[];
  readonly balance: BalanceTexts;
  readonly openHolds: number;
  readonly revision: number;
  /** ms since 1970. */
  readonly asOf: number;
}

/** Undefined if the account does not exist at that moment. */
export function accountAnswer(state: AccountState, asOf: number, revision: number): AccountAnswer | undefined {
  const { opened, standing } = state;
  if (opened === null) return undefined;
  return {
    opened,
    status: statusOf(standing),
    suspendedFor: standing.suspendedFor,
    balance: balanceTexts(standing.balance),
    openHolds: state.openHolds.size,
    revision,
    asOf,
  };
}

export function balanceTexts(balance: Balance): BalanceTexts {
  return {
    available: formatMoney(balance.available),
    frozen: formatMoney(balance.frozen),
    settled: formatMoney(balance.settled),
    packs: formatMoney(balance.packs),
    deposited: formatMoney(balance.deposited),
    credited: formatMoney(balance.credited),
    withdrawn: formatMoney(balance.withdrawn),
  };
}
