import type { Metadata } from '../kernel/metadata.ts';
import { formatMoney, type Money } from '../kernel/money.ts';
import { type Decision, type IdempotencyIndex, refused } from './decision.ts';
import type { AccountEvent, AccountEventType, TypedEvent } from './events.ts';
import { requestKey, type RequestKind } from './recent-ids.ts';
import { refuse } from './refusal.ts';
import type { AccountState } from './state.ts';

/*
 * An id that comes again: the same content is answered as the first time, other content is a conflict. Each `differenceOf…`
 * function of the topics names the first field that differs, in the order of the request's fields; undefined means that the
 * content is the same. What a caller leaves out stands for what it stood for when the id was first used.
 */

/** The event that used up an id, from the account's recent past or from the id index. */
export function usedBefore(
  state: AccountState,
  known: IdempotencyIndex,
  kind: RequestKind,
  id: string,
): AccountEvent | undefined {
  const key = requestKey(kind, id);
  return state.recentIds.request(key) ?? known.request(key);
}

/** The first answer again, or the conflict that names the first differing field. */
export function answerAgain<Type extends AccountEventType>(
  event: TypedEvent<Type>,
  difference: string | undefined,
): Decision {
  if (difference !== undefined) return refused(refuse('idempotency_conflict', difference));
  return { kind: 'replayed', event: event as AccountEvent };
}

type Comparison = readonly [field: string, same: boolean];

/** The first field that is not the same. */
export function firstDifference(comparisons: readonly Comparison[]): string | undefined {
  return comparisons.find(([, same]) => !same)?.[0];
}

/** Deep equality; the order of the keys does not count. */
export function sameMetadata(left: Metadata | null, right: Metadata | null): boolean {
  if (left === null || right === null) return left === right;
  const keys = Object.keys(left);
  if (keys.length !== Object.keys(right).length) return false;
  return keys.every((key) => Object.hasOwn(right, key) && left[key] === right[key]);
}

export function amountText(amount: Money | null, absent: string | null): string | null {
  return amount === null ? absent : formatMoney(amount);
}
