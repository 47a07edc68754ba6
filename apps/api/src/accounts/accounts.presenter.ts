import {
  type AccountAnswer,
  type AsOf,
  holdAnswer,
  openedAnswer,
  packAnswer,
  type RecordedEvent,
  timeText,
} from '#application';
import { createInvalidRequest, createProblem, type Problem } from '#contract';

export function accountAnswer(account: AccountAnswer): object {
  const { opened, terms, status, suspendedFor, balance, openHolds, revision, asOf } = account;
  return {
    ...openedAnswer(opened),
    ...terms,
    status,
    suspendedFor,
    balance,
    openHolds,
    revision,
    asOf: timeText(asOf),
  };
}

/** A balance as of a moment, with what was open then. */
export function balanceAnswer(accountId: string, seen: AsOf): object {
  const { status, balance, openHolds, budgets, revision, asOf } = seen;
  const holds = seen.holds.map((hold) => holdAnswer(accountId, hold));
  const packs = seen.packs.map((pack) => packAnswer(accountId, pack));
  return { accountId, status, balance, openHolds, holds, budgets, packs, revision, asOf: timeText(asOf) };
}

export function eventAnswer({ id, type, revision, position, recordedAt, data, metadata, hash }: RecordedEvent): object {
  return { eventId: id, type, revision, position, recordedAt: timeText(recordedAt), data, metadata, hash };
}

/** Why there is no balance as of a moment. */
export function problemOfMoment(account: AccountAnswer | undefined, revision: number | undefined): Problem {
  if (account === undefined) return createProblem('account_not_found');
  if (revision !== undefined) {
    const detail = `the account is at revision ${String(account.revision)}: there is none beyond it yet`;
    return createInvalidRequest([{ pointer: '/revision', detail }]);
  }
  const detail = `the account was opened later, at ${timeText(account.opened.at)}`;
  return createProblem('account_not_found', { detail, field: 'at' });
}
