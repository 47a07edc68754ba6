import { strict as assert } from 'node:assert';
import { accepted, type Decision, type DecisionContext, refused } from '../core/decision.ts';
import type { AccountEvent } from '../core/events.ts';
import { inactiveRefusal, insufficient, rangeRefusal } from '../core/guards.ts';
import { firstDifference, usedBefore } from '../core/idempotency.ts';
import { type Refusal, refusal, refuse } from '../core/refusal.ts';
import type { AccountState } from '../core/state.ts';
import { bounds } from '../kernel/bounds.ts';
import { formatMoney, plus, zero } from '../kernel/money.ts';
import type { PackOffer } from '../pricing/price-book.ts';
import { readTerms } from '../terms/terms.ts';
import type { AcquirePack } from './commands.ts';

/** A pack is effective at once and lasts a year. Whether the account has as many as it may is asked last. */
export function decideAcquirePack(state: AccountState, command: AcquirePack, context: DecisionContext): Decision {
  const before = usedBefore(state, context.known, 'pack', command.packId);
  if (before !== undefined) return answerAgain(before, command);
  if (state.summary.closed) return refused(refusal('account_closed'));
  const decision = decideNew(state, command, context);
  const isFull = state.packs.neededAt(context.now) >= bounds.packsMax;
  if (decision.kind === 'accepted' && isFull) return refused(refusal('too_many_packs', { limit: bounds.packsMax }));
  return decision;
}

function decideNew(state: AccountState, command: AcquirePack, context: DecisionContext): Decision {
  switch (command.how) {
    case 'purchase':
      return decidePurchase(state, command, context);
    case 'trial':
      return decideTrial(state, command, context);
    case 'grant':
      return decideGrant(state, command, context);
  }
}

/** Paid from what is available without credit: credit pays for holds alone. */
function decidePurchase(state: AccountState, command: AcquirePack, context: DecisionContext): Decision {
  const inactive = inactiveRefusal(state);
  if (inactive !== undefined) return refused(inactive);
  const offer = findOffer(state, command, context);
  if (offer === undefined || offer.trial) return refused(notSold(command));
  const { balance } = state.summary;
  if (balance.available < offer.price) return refused(insufficient(balance, offer.price, zero));
  const outOfRange = rangeRefusal({ packs: plus(balance.packs, offer.price) });
  if (outOfRange !== undefined) return refused(outOfRange);
  const { packId, family, units } = command;
  const price = formatMoney(offer.price);
  const { at, expiresAt } = yearFrom(state, context.now);
  return accepted({ type: 'pack-bought.v1', data: { at, packId, family, units, price, book: offer.book, expiresAt } });
}

function decideTrial(state: AccountState, command: AcquirePack, context: DecisionContext): Decision {
  const inactive = inactiveRefusal(state);
  if (inactive !== undefined) return refused(inactive);
  const offer = findOffer(state, command, context);
  if (offer?.trial !== true) return refused(notSold(command));
  const { packId, family, units } = command;
  if (state.trialsTaken.has(family)) return refused(refusal('trial_already_taken', { family }));
  const { at, expiresAt } = yearFrom(state, context.now);
  return accepted({ type: 'trial-started.v1', data: { at, packId, family, units, book: offer.book, expiresAt } });
}

/** Any number of units, of a family that can pay for something in the account's price book. */
function decideGrant(state: AccountState, command: AcquirePack, context: DecisionContext): Decision {
  if (!context.operator) return refused(refusal('forbidden'));
  const { packId, family, units } = command;
  const { priceBook } = readTerms(state);
  const known = priceBook !== null && context.priceBooks.hasPackFamily(priceBook, family);
  if (!known) return refused(refuse('unknown_product', 'family', { family }));
  const { at, expiresAt } = yearFrom(state, context.now);
  const reason = command.reason ?? '';
  return accepted({ type: 'pack-granted.v1', data: { at, packId, family, units, reason, expiresAt } });
}

function answerAgain(before: AccountEvent, command: AcquirePack): Decision {
  const field = differenceOfPack(command, before);
  if (field !== undefined) return refused(refuse('idempotency_conflict', field));
  return { kind: 'replayed', event: before };
}

function findOffer(state: AccountState, command: AcquirePack, context: DecisionContext): PackOffer | undefined {
  const { priceBook } = readTerms(state);
  return priceBook === null ? undefined : context.priceBooks.pack(priceBook, command.family, command.units);
}

function notSold({ family, units }: AcquirePack): Refusal {
  return refuse('unknown_product', 'units', { family, units });
}

function yearFrom(state: AccountState, now: number): { at: number; expiresAt: number } {
  assert(state.calendar !== null, 'an open account has a calendar');
  return { at: now, expiresAt: state.calendar.yearLater(now) };
}

/** @param before the event by which the pack with this id came. */
export function differenceOfPack(command: AcquirePack, before: AccountEvent): string | undefined {
  const how = howTaken[before.type];
  const { family, units, reason } = before.data as { family?: string; units?: number; reason?: string };
  return firstDifference([
    ['family', command.family === family],
    ['units', command.units === units],
    ['kind', command.how === how],
    ['reason', command.reason === (reason ?? null)],
  ]);
}

const howTaken: Readonly<Partial<Record<AccountEvent['type'], AcquirePack['how']>>> = {
  'pack-bought.v1': 'purchase',
  'pack-granted.v1': 'grant',
  'trial-started.v1': 'trial',
};
