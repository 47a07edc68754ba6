import type { AccountEvent } from '../core/events.ts';
import type { Due } from '../core/schedule.ts';
import type { AccountState } from '../core/state.ts';
import type { OpenHold } from '../holds/hold.ts';
import { formatMoney } from '../kernel/money.ts';
import { findForfeited } from '../packs/hold-units.ts';
import { computeRecognition } from '../packs/pack.ts';
import { expiryWarning } from '../warnings/warnings.ts';
import { evolve } from './evolve.ts';
import { consequences } from './reactions.ts';

/**
 * Processes everything that is due at `now`, in the order of due times; of what is due at one moment first the holds, then each
 * kind of {@link Due} in its turn, each in opening order. Every event has the time at which it was due. Folds the events
 * into the state and returns them, each with its consequences; about `limit`, so a second call may bring more.
 */
export function sweep(state: AccountState, now: number, limit: number): AccountEvent[] {
  const events: AccountEvent[] = [];
  while (events.length < limit) {
    const event = nextToHappen(state, now);
    if (event === undefined) break;
    evolve(state, event);
    events.push(event, ...consequences(state, event.data.at));
  }
  return events;
}

/** Whether anything of the account is due at `now`. */
export function isDue(state: AccountState, now: number): boolean {
  if (state.schedule.nextAt <= now) return true;
  const hold = state.due.peek();
  return hold !== undefined && hold.opening.expiresAt <= now;
}

function nextToHappen(state: AccountState, now: number): AccountEvent | undefined {
  const { schedule } = state;
  const hold = state.due.peek();
  const deadline = hold?.opening.expiresAt ?? Number.POSITIVE_INFINITY;
  if (schedule.nextAt <= now && schedule.nextAt < deadline && schedule.first !== undefined)
    return happens(state, schedule.first);
  return hold === undefined || deadline > now ? undefined : expires(state, hold);
}

function expires(state: AccountState, { opening }: OpenHold): AccountEvent {
  const { holdId, amount, expiresAt } = opening;
  return {
    type: 'hold-expired.v1',
    data: { at: expiresAt, holdId, amount, forfeited: findForfeited(state, opening, expiresAt) },
  };
}

/** The event by which something else than a hold's deadline happens. It takes what was due off the list. */
function happens(state: AccountState, due: Due): AccountEvent {
  switch (due.kind) {
    case 'pack-expiry': {
      const pack = state.packs.of(due.subject);
      const { packId, remaining: units } = pack;
      const amount = formatMoney(computeRecognition(pack, units));
      return { type: 'pack-expired.v1', data: { at: due.at, packId, units, amount } };
    }
    case 'arrears-suspension':
      return { type: 'arrears-suspended.v1', data: { at: due.at } };
    case 'order-closing':
      return { type: 'order-closed.v1', data: { at: due.at, orderId: due.subject } };
    case 'pack-notice':
      return { type: 'warning-raised.v1', data: expiryWarning(state, due) };
  }
}
