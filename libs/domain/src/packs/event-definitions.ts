import { defineEvents } from '../core/event-definition.ts';
import { transfer } from '../core/journal.ts';
import type { ScheduleChange } from '../core/schedule.ts';
import { above0, amount, orNull, text, whole } from '../kernel/codec.ts';
import { parseMoney, zero } from '../kernel/money.ts';
import { addPack, expirePack, refundPack, startTrial } from './evolve.ts';

const packStart = { at: whole, packId: text, family: text, units: above0, expiresAt: whole };

const expiryPut = ({ packId, expiresAt }: { readonly packId: string; readonly expiresAt: number }): ScheduleChange => ({
  change: 'put',
  kind: 'pack-expiry',
  subject: packId,
  at: expiresAt,
});

const expiryRemoved = ({ packId }: { readonly packId: string }): ScheduleChange => ({
  change: 'remove',
  kind: 'pack-expiry',
  subject: packId,
});

export const packEvents = defineEvents({
  'pack-bought.v1': {
    codec: { ...packStart, price: amount, book: text },
    evolve: (state, event, revision) => {
      addPack(state, event.data, parseMoney(event.data.price), revision);
    },
    postings: ({ price }) => transfer('customer:available', 'platform:pack-liability', parseMoney(price)),
    usedId: ['pack', 'packId'],
    schedule: expiryPut,
    isNotice: false,
    summary: ({ packId, units, family, price }) => `${packId} ${String(units)} ${family} for ${price}`,
  },
  'pack-granted.v1': {
    codec: { ...packStart, reason: text },
    evolve: (state, event, revision) => {
      addPack(state, event.data, zero, revision);
    },
    postings: null,
    usedId: ['pack', 'packId'],
    schedule: expiryPut,
    isNotice: false,
    summary: ({ packId, units, family, reason }) => `${packId} ${String(units)} ${family}: ${reason}`,
  },
  'trial-started.v1': {
    codec: { ...packStart, book: text },
    evolve: startTrial,
    postings: null,
    usedId: ['pack', 'packId'],
    schedule: expiryPut,
    isNotice: false,
    summary: ({ packId, units, family }) => `${packId} ${String(units)} ${family} to try`,
  },
  'pack-expired.v1': {
    codec: { at: whole, packId: text, units: whole, amount },
    evolve: expirePack,
    postings: (data) => transfer('platform:pack-liability', 'platform:breakage', parseMoney(data.amount)),
    usedId: null,
    schedule: expiryRemoved,
    isNotice: false,
    summary: ({ packId, units }) => `${packId} ${String(units)} units expired`,
  },
  'pack-refunded.v1': {
    codec: {
      at: whole,
      refundId: text,
      packId: text,
      amount,
      recognised: amount,
      reason: orNull(text),
      units: whole,
    },
    evolve: refundPack,
    postings: (data) => [
      ...transfer('platform:pack-liability', 'customer:available', parseMoney(data.amount)),
      ...transfer('platform:pack-liability', 'platform:revenue', parseMoney(data.recognised)),
    ],
    usedId: ['pack-refund', 'refundId'],
    schedule: expiryRemoved,
    isNotice: false,
    summary: ({ packId, amount: back, units }) => `${packId} ${back} refunded for ${String(units)} units`,
  },
});
