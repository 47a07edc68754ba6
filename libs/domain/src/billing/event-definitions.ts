import { defineEvents } from '../core/event-definition.ts';
import type { ScheduleChange } from '../core/schedule.ts';
import { amount, orNull, record, text, whole } from '../kernel/codec.ts';
import type { BillIssued } from './events.ts';
import { clearArrears, issueBill, suspendForArrears } from './evolve.ts';

/** An account is in arrears once, or not at all. */
const suspension = { kind: 'arrears-suspension', subject: 'arrears' } as const;

const suspensionRemoved = (): ScheduleChange => ({ change: 'remove', ...suspension });

function suspensionPut({ at, arrears }: BillIssued): ScheduleChange | undefined {
  // Where the grace of an earlier bill is over, the suspension has happened.
  if (arrears === null || arrears.suspendsAt <= at) return undefined;
  return { change: 'put', ...suspension, at: arrears.suspendsAt };
}

export const billingEvents = defineEvents({
  'bill-issued.v1': {
    codec: {
      at: whole,
      date: text,
      from: whole,
      until: whole,
      format: whole,
      owed: amount,
      firstRevision: whole,
      lastRevision: whole,
      chainHash: text,
      arrears: orNull(record({ since: whole, suspendsAt: whole })),
    },
    evolve: issueBill,
    postings: null,
    usedId: ['bill', 'date'],
    schedule: suspensionPut,
    isNotice: true,
    summary: ({ date, owed }) => `${date}: ${owed} owed`,
  },
  'arrears-suspended.v1': {
    codec: { at: whole },
    evolve: suspendForArrears,
    postings: null,
    usedId: null,
    schedule: suspensionRemoved,
    isNotice: true,
    summary: () => '',
  },
  'arrears-cleared.v1': {
    codec: { at: whole },
    evolve: clearArrears,
    postings: null,
    usedId: null,
    schedule: suspensionRemoved,
    isNotice: true,
    summary: () => '',
  },
});
