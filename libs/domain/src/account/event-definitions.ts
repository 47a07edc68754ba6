import { applyHeader } from '../core/apply-movement.ts';
import { defineEvents } from '../core/event-definition.ts';
import type { TypedEvent } from '../core/events.ts';
import type { AccountState } from '../core/state.ts';
import { amount, flag, list, orNull, pick, record, text, texts, whole } from '../kernel/codec.ts';
import { forfeited } from '../packs/codec.ts';
import { forfeitedPostings } from '../packs/postings.ts';
import { limits } from '../terms/codec.ts';
import { zoneFacts } from '../zones/zone-check.ts';
import { closeAccount, noteZoneFacts, openAccount } from './evolve.ts';

const cause = pick('operator', 'arrears');

const statusChanged = {
  codec: { at: whole, changeId: text, reason: text, suspendedFor: list(cause) },
  evolve: (
    state: AccountState,
    { data }: TypedEvent<'account-suspended.v1'> | TypedEvent<'account-resumed.v1'>,
  ): void => {
    applyHeader(state, data.at, { suspendedFor: data.suspendedFor });
  },
  postings: null,
  usedId: ['change', 'changeId'],
  schedule: null,
  isNotice: false,
  summary: ({ changeId, reason }: { readonly changeId: string; readonly reason: string }) => `${changeId}: ${reason}`,
} as const;

export const accountEvents = defineEvents({
  'account-opened.v1': {
    codec: {
      at: whole,
      accountId: text,
      currency: text,
      timeZone: text,
      agreementStart: text,
      zone: zoneFacts,
      priceBook: orNull(text),
      priceBookRequested: orNull(text),
      creditLimit: amount,
      limits: record(limits),
      metadata: orNull(texts),
    },
    evolve: openAccount,
    postings: null,
    usedId: null,
    schedule: null,
    isNotice: false,
    summary: ({ currency, priceBook }) => `${currency}, ${priceBook ?? 'no price book'}`,
  },
  'account-suspended.v1': statusChanged,
  'account-resumed.v1': statusChanged,
  'account-closed.v1': {
    codec: { at: whole, changeId: text, reason: text, forfeitPacks: flag, forfeited },
    evolve: closeAccount,
    postings: (data) => forfeitedPostings(data.forfeited),
    usedId: ['change', 'changeId'],
    schedule: () => ({ change: 'remove-all' }),
    isNotice: false,
    summary: statusChanged.summary,
  },
  'zone-noted.v1': {
    codec: { at: whole, zone: zoneFacts },
    evolve: noteZoneFacts,
    postings: null,
    usedId: null,
    schedule: null,
    isNotice: true,
    summary: ({ zone }) => `clocks as of ${zone.version}`,
  },
});
