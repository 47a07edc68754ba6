import { type AuditedAccount, byCommand, defineAudit } from '../core/audit-definition.ts';
import { checkClosed } from '../core/audit-figures.ts';
import type { TypedEvent } from '../core/events.ts';
import { restateZone } from '../zones/stated-zone.ts';
import { calendarOfTerms, checkTerms, checkZone } from './audit-opening.ts';
import { checkSuspension } from './audit-suspension.ts';
import type { AccountOpened } from './events.ts';

const statusChanged = {
  ...byCommand,
  follow: (
    account: AuditedAccount,
    event: TypedEvent<'account-suspended.v1'> | TypedEvent<'account-resumed.v1'>,
  ): void => {
    account.note(checkSuspension(account.suspendedFor, event));
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

function open(account: AuditedAccount, { data: opened }: TypedEvent<'account-opened.v1'>): void {
  if (account.opened !== undefined) {
    account.note({ kind: 'account-opened-twice', detail: 'the account was opened before' });
    return;
  }
  account.opened = opened;
  account.prices.open(opened);
  for (const error of checkTerms(opened, account.accountId)) account.note(error);
  account.spend.calendar = calendarOfTerms(opened);
}

function close(account: AuditedAccount, { data }: TypedEvent<'account-closed.v1'>): void {
  const { balance, bills, holds, orders, packs } = account;
  account.closed = true;
  orders.closeAll();
  bills.close();
  const unitsLeft = packs.close(data);
  account.note(checkClosed(balance, holds.open.size, unitsLeft || holds.late.isOpen(data.at)));
}

function noteZone(account: AuditedAccount, { data: noted }: TypedEvent<'zone-noted.v1'>): void {
  const before = account.spend.calendar;
  if (before === undefined) return;
  account.note(checkZone(before.zone, noted));
  account.spend.calendar = before.by(restateZone(before.zone, noted.zone));
}

declare module '../core/audit-definition.ts' {
  interface AuditedAccount {
    readonly accountId: string;
    opened: AccountOpened | undefined;
  }
}
