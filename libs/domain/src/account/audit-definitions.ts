import { type AuditedAccount, byCommand, defineAudit } from '../core/audit-definition.ts';
import { closedFault } from '../core/audit-figures.ts';
import type { EventOf } from '../core/events.ts';
import { statedAnew } from '../zones/stated-zone.ts';
import { calendarOfTerms, termsFaults, zoneFault } from './audit-opening.ts';
import { suspensionFault } from './audit-suspension.ts';
import type { AccountOpened } from './events.ts';

const statusChanged = {
  ...byCommand,
  follow: (account: AuditedAccount, event: EventOf<'account-suspended.v1'> | EventOf<'account-resumed.v1'>): void => {
    account.note(suspensionFault(account.suspendedFor, event));
    account.suspendedFor = event.data.suspendedFor;
  },
};

export const accountAudit = defineAudit({
  'account-opened.v1': { ...byCommand, follow: open },
  'account-suspended.v1': statusChanged,
  'account-resumed.v1': statusChanged,
  'account-closed.v1': { ...byCommand, follow: close },
  'zone-noted.v1': { isNotice: true, isByItself: false, follow: noteZone },
});

function open(account: AuditedAccount, { data: opened }: EventOf<'account-opened.v1'>): void {
  if (account.opened !== undefined) {
    account.note({ kind: 'account-opened-twice', detail: 'the account was opened before' });
    return;
  }
  account.opened = opened;
  account.prices.open(opened);
  for (const fault of termsFaults(opened, account.accountId)) account.note(fault);
  account.spend.calendar = calendarOfTerms(opened);
}

function close(account: AuditedAccount, { data }: EventOf<'account-closed.v1'>): void {
  const { balance, bills, holds, orders, packs } = account;
  account.closed = true;
  orders.closeAll();
  bills.close();
  const unitsLeft = packs.close(data);
  account.note(closedFault(balance, holds.open.size, unitsLeft || holds.late.isOpen(data.at)));
}

function noteZone(account: AuditedAccount, { data: noted }: EventOf<'zone-noted.v1'>): void {
  const before = account.spend.calendar;
  if (before === undefined) return;
  account.note(zoneFault(before.zone, noted));
  account.spend.calendar = before.by(statedAnew(before.zone, noted.zone));
}

declare module '../core/audit-definition.ts' {
  interface AuditedAccount {
    readonly accountId: string;
    opened: AccountOpened | undefined;
  }
}
