import { type AuditedAccount, byCommand, defineAudit } from '../core/audit-definition.ts';
import { add } from '../core/audit-figures.ts';
import type { TypedEvent } from '../core/events.ts';
import { negated, parseMoney } from '../kernel/money.ts';
import type { HoldsAudit } from './audit.ts';
import { type AuditedHold, checkBound, checkDeadline, checkYear } from './audited-hold.ts';

export const holdAudit = defineAudit({
  'funds-frozen.v1': { ...byCommand, follow: freeze },
  'call-failed.v1': {
    ...byCommand,
    follow: ({ holds }, { data }) => {
      holds.fail(data);
    },
  },
  'hold-settled.v1': { ...byCommand, follow: settle },
  'hold-released.v1': {
    ...byCommand,
    follow: (account, event) => {
      endUnused(account, event, account.holds.release(event.data));
    },
  },
  'hold-expired.v1': {
    isNotice: false,
    isByItself: true,
    follow: (account, event) => {
      endUnused(account, event, account.holds.expire(event.data));
    },
  },
  'hold-settled-late.v1': { ...byCommand, follow: settleLate },
  'charge-uncollected.v1': {
    ...byCommand,
    follow: (account, { data }) => {
      const { balance, holds, prices } = account;
      account.note(prices.checkUncollected(balance, data, holds.late.uncollected(data)));
    },
  },
});

/*
 * What the events of holds do to an account together: to its balance, its packs, and what its guards count. The figures
 * move as the event states them: if it states them wrong, the equation shows it.
 */

function freeze(account: AuditedAccount, { data: opening }: TypedEvent<'funds-frozen.v1'>, revision: number): void {
  const { balance, holds, packs, prices, spend, suspendedFor } = account;
  const { pricing } = opening;
  const hold = holds.freeze(opening, revision);
  packs.reserve(opening);
  if (suspendedFor.length > 0) account.note({ kind: 'freeze-while-suspended', detail: `hold ${opening.holdId}` });
  account.note(checkDeadline(opening));
  const charged = pricing === null ? 0 : holds.unitsCharged(pricing.year, pricing.counter);
  account.note(checkBound(opening, hold, prices, charged));
  account.note(checkYear(opening, spend.calendar));
  add(balance, { available: negated(hold.amount), frozen: hold.amount });
  if (hold.amount > 0n) account.note(prices.checkCredit(balance, `a freeze of ${opening.amount}`));
  const now = { openHolds: holds.open.size, frozen: balance.frozen };
  for (const violation of spend.freeze(hold, prices.limits, now)) account.note(violation);
}

function settle(
  { balance, holds, packs: packed, spend }: AuditedAccount,
  { data }: TypedEvent<'hold-settled.v1'>,
): void {
  const hold = holds.settle(data);
  if (hold === undefined) return;
  const { at, holdId, quantity, amount, returned, packs, forfeited } = data;
  packed.end(holdId, hold, quantity ?? 0, { at, consumed: packs ?? [], forfeited: forfeited ?? [] });
  add(balance, { available: parseMoney(returned), frozen: negated(hold.amount), settled: parseMoney(amount) });
  spend.change(hold, parseMoney(amount) - hold.amount);
}

function endUnused(
  { balance, packs, spend }: AuditedAccount,
  { data }: TypedEvent<'hold-released.v1'> | TypedEvent<'hold-expired.v1'>,
  hold: AuditedHold | undefined,
): void {
  if (hold === undefined) return;
  const { at, holdId, amount, forfeited } = data;
  packs.end(holdId, hold, 0, { at, consumed: [], forfeited: forfeited ?? [] });
  add(balance, { available: parseMoney(amount), frozen: negated(hold.amount) });
  spend.change(hold, negated(hold.amount));
}

function settleLate(account: AuditedAccount, { data: late }: TypedEvent<'hold-settled-late.v1'>): void {
  const { balance, holds, packs, prices, spend } = account;
  const ended = holds.late.settle(late);
  if (ended === undefined) return;
  packs.settleLate(late.holdId, ended.hold, ended.forfeited, late.quantity ?? 0, late.packs ?? []);
  const amount = parseMoney(late.amount);
  add(balance, { available: negated(amount), settled: amount });
  spend.change(late.hold, amount);
  if (amount > 0n) account.note(prices.checkCredit(balance, `a late settle of ${late.amount}`));
}

declare module '../core/audit-definition.ts' {
  interface AuditedAccount {
    readonly holds: HoldsAudit;
  }
}
