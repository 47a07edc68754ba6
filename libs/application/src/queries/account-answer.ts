import {
  type AccountOpened,
  type AccountState,
  type AccountStatus,
  type AgreedTerms,
  type BalanceTexts,
  balanceTexts,
  readStatus,
} from '#domain';

/** An account at a moment. */
export interface AccountAnswer {
  readonly opened: AccountOpened;
  readonly terms: AgreedTerms;
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
  const { opened, summary } = state;
  if (opened === null || summary.terms === null) return undefined;
  return {
    opened,
    terms: summary.terms.agreed,
    status: readStatus(summary),
    suspendedFor: summary.suspendedFor,
    balance: balanceTexts(summary.balance),
    openHolds: state.openHolds.size,
    revision,
    asOf,
  };
}
