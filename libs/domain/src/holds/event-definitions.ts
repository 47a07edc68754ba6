import { defineEvents } from '../core/event-definition.ts';
import { type Posting, transfer } from '../core/journal.ts';
import { amount, list, orNull, outcome, pick, record, text, texts, whole } from '../kernel/codec.ts';
import { parseMoney } from '../kernel/money.ts';
import { consumedLate, consumedUnits, forfeited, reservedUnits } from '../packs/codec.ts';
import { consumedPostings, forfeitedPostings, reclaimedPostings } from '../packs/postings.ts';
import type { HoldExpired } from './events.ts';
import { endUnused, failCall, noteUncollected, openHold, settleHold, settleLate } from './evolve.ts';

const lines = list(record({ from: whole, units: whole, price: amount, amount }));
const completion = { outcome, quantity: orNull(whole), completedAt: orNull(whole), evidence: orNull(texts) };
const basis = pick('completed', 'match');
const ending = pick('expired', 'released');
const pricing = record({
  book: text,
  table: text,
  basis,
  counter: text,
  year: text,
  unitsCharged: whole,
});

export const holdEvents = defineEvents({
  'funds-frozen.v1': {
    codec: {
      at: whole,
      holdId: text,
      amount,
      maxLateCharge: amount,
      product: orNull(text),
      quantity: orNull(whole),
      expiresAt: whole,
      budget: orNull(text),
      metadata: orNull(texts),
      pricing: orNull(pricing),
      packs: reservedUnits,
    },
    evolve: openHold,
    postings: (data) => transfer('customer:available', 'customer:frozen', parseMoney(data.amount)),
    usedId: ['hold', 'holdId'],
    schedule: null,
    isNotice: false,
    summary: ({ holdId, amount: most, product, quantity }) =>
      `${holdId} ${most}${product === null ? '' : ` for ${String(quantity)} ${product}`}`,
  },
  'hold-settled.v1': {
    codec: {
      at: whole,
      holdId: text,
      ...completion,
      amount,
      returned: amount,
      lines: orNull(lines),
      packs: consumedUnits,
      forfeited,
    },
    evolve: settleHold,
    postings: (data) => [
      ...transfer('customer:frozen', 'platform:revenue', parseMoney(data.amount)),
      ...transfer('customer:frozen', 'customer:available', parseMoney(data.returned)),
      ...consumedPostings(data.packs),
      ...forfeitedPostings(data.forfeited),
    ],
    usedId: null,
    schedule: null,
    isNotice: false,
    summary: ({ holdId, amount: charged, returned }) => `${holdId} ${charged} charged, ${returned} returned`,
  },
  'hold-settled-late.v1': {
    codec: {
      at: whole,
      holdId: text,
      ...completion,
      amount,
      lines: orNull(lines),
      hold: record({
        openedAt: whole,
        expiresAt: whole,
        ending,
        counter: orNull(text),
        year: orNull(text),
        budget: orNull(text),
        packs: orNull(list(text)),
      }),
      packs: consumedLate,
    },
    evolve: settleLate,
    postings: (data) => [
      ...transfer('customer:available', 'platform:revenue', parseMoney(data.amount)),
      ...consumedPostings(data.packs),
      ...reclaimedPostings(data.packs),
    ],
    usedId: null,
    schedule: null,
    isNotice: false,
    summary: ({ holdId, amount: charged }) => `${holdId} ${charged} charged late`,
  },
  'charge-uncollected.v1': {
    codec: { at: whole, holdId: text, ...completion, amount },
    evolve: noteUncollected,
    postings: null,
    usedId: null,
    schedule: null,
    isNotice: false,
    summary: ({ holdId, amount: owed }) => `${holdId} ${owed} could not be charged`,
  },
  'call-failed.v1': {
    codec: { at: whole, holdId: text, attemptId: text, reason: text },
    evolve: failCall,
    postings: null,
    // An attempt's id is told apart within its hold, while that is open.
    usedId: null,
    schedule: null,
    isNotice: false,
    summary: ({ holdId, attemptId, reason }) => `${holdId} ${attemptId}: ${reason}`,
  },
  'hold-released.v1': {
    codec: { at: whole, holdId: text, amount, reason: text, completion: orNull(record(completion)), forfeited },
    evolve: endUnused,
    postings: endedPostings,
    usedId: null,
    schedule: null,
    isNotice: false,
    summary: ({ holdId, amount: back, reason }) => `${holdId} ${back} returned: ${reason}`,
  },
  'hold-expired.v1': {
    codec: { at: whole, holdId: text, amount, forfeited },
    evolve: endUnused,
    postings: endedPostings,
    usedId: null,
    schedule: null,
    isNotice: false,
    summary: ({ holdId, amount: back }) => `${holdId} ${back} returned`,
  },
});

function endedPostings(data: Pick<HoldExpired, 'amount' | 'forfeited'>): readonly Posting[] {
  return [
    ...transfer('customer:frozen', 'customer:available', parseMoney(data.amount)),
    ...forfeitedPostings(data.forfeited),
  ];
}
