import type { AccountEvent, AccountEventData, AccountEventType } from '../../libs/domain/src/index.ts';
import { sampleHoldEvents } from './sample-hold-events.ts';

const at = 1_769_659_200_000;
const forfeit = { packId: 'p1', units: 1, amount: '0' } as const;
const pack = { at, packId: 'p1', family: 'real-person', units: 50_000 } as const;
const limits = { openHolds: 100_000, frozen: null, dailySpend: null };

/** Three events of each type, in their stored order of fields: with everything in them, with nothing optional, odd ones. */
export const sampleEvents: { readonly [Type in AccountEventType]: readonly AccountEventData[Type][] } = {
  'account-opened.v1': [
    {
      at,
      accountId: 'acme',
      currency: 'CNY',
      timeZone: 'Asia/Shanghai',
      agreementStart: '2024-02-29',
      zone: { version: '', from: at, until: at + 1, offsetMs: 28_800_000, changes: [] },
      priceBook: 'dcloud-2023@1',
      priceBookRequested: 'dcloud-2023',
      creditLimit: '0.00000001',
      limits: { openHolds: 1, frozen: '10', dailySpend: '999999999999999999' },
      metadata: { name: 'Ächme \u{1F642}', quote: '"\\' },
    },
    {
      at: 0,
      accountId: 'a',
      currency: 'CNY',
      timeZone: 'UTC',
      agreementStart: '1970-01-01',
      zone: { version: '2025c', from: 0, until: 1, offsetMs: 0, changes: [] },
      priceBook: null,
      priceBookRequested: null,
      creditLimit: '0',
      limits,
      metadata: null,
    },
    {
      at: at + 1,
      accountId: 'A.b_c~d-e',
      currency: 'CNY',
      timeZone: 'Europe/Berlin',
      agreementStart: '2026-01-29',
      zone: { version: '2025c', from: 0, until: 2, offsetMs: 3_600_000, changes: [{ at: 1, offsetMs: 7_200_000 }] },
      priceBook: 'dcloud-legacy@1',
      priceBookRequested: 'dcloud-legacy@1',
      creditLimit: '1000',
      limits,
      metadata: {},
    },
  ],
  'zone-noted.v1': [
    { at, zone: { version: '', from: at + 1, until: at + 2, offsetMs: -93_600_000, changes: [] } },
    {
      at: at + 3,
      zone: {
        version: '2026a',
        from: at + 4,
        until: at + 315_619_200_003,
        offsetMs: 28_800_000,
        changes: [
          { at: at + 5, offsetMs: 0 },
          { at: at + 86_400_000, offsetMs: 93_600_000 },
        ],
      },
    },
  ],
  'funds-deposited.v1': [
    { at, depositId: 'd1', amount: '100', reference: 'payment 7', paymentId: 'ab' },
    { at, depositId: 'd2', amount: '0.00000001', reference: null, paymentId: null },
    { at, depositId: 'd3', amount: '999999999999999999', reference: '', paymentId: null },
  ],
  'funds-withdrawn.v1': [
    { at, withdrawalId: 'w1', amount: '1.5', reference: 'back' },
    { at, withdrawalId: 'w2', amount: '100', reference: null },
    { at, withdrawalId: 'w3', amount: '0.1', reference: '退款' },
  ],
  'balance-adjusted.v1': [
    { at, adjustmentId: 'a1', amount: '5', reason: 'goodwill' },
    { at, adjustmentId: 'a2', amount: '-5', reason: 'clawback' },
    { at, adjustmentId: 'a3', amount: '-0.00000001', reason: 'rounding' },
  ],
  ...sampleHoldEvents,
  'terms-changed.v1': [
    {
      at,
      changeId: 't1',
      reason: 'a new contract',
      requested: {
        priceBook: 'elements-2018',
        overrides: { 'elements-2': [{ upTo: null, price: '0.3' }], 'elements-3': null },
        creditLimit: '1000',
        limits: { openHolds: null, frozen: '10', dailySpend: null },
        warnings: { availableBelow: '-5' },
        statementConvention: 'last-day-next',
        metadata: null,
      },
      terms: {
        priceBook: 'elements-2018@1',
        overrides: { 'elements-2': [{ upTo: null, price: '0.3' }] },
        creditLimit: '1000',
        limits: { openHolds: 100_000, frozen: '10', dailySpend: null },
        warnings: { availableBelow: '-5', packPercentBelow: null, packExpiresWithinDays: null },
        statementConvention: 'last-day-next',
        metadata: null,
      },
    },
    {
      at,
      changeId: 't2',
      reason: '',
      requested: { creditLimit: '0' },
      terms: {
        priceBook: null,
        overrides: {},
        creditLimit: '0',
        limits,
        warnings: { availableBelow: null, packPercentBelow: 20, packExpiresWithinDays: 30 },
        statementConvention: 'calendar',
        metadata: { name: 'Ächme' },
      },
    },
    {
      at: at + 1,
      changeId: 't3',
      reason: '新合同',
      requested: {
        overrides: {
          'face-verify': [
            { upTo: 10, price: '0' },
            { upTo: null, price: '0.00000001' },
          ],
        },
      },
      terms: {
        priceBook: 'dcloud-2023@1',
        overrides: {
          'face-verify': [
            { upTo: 10, price: '0' },
            { upTo: null, price: '0.00000001' },
          ],
        },
        creditLimit: '0',
        limits,
        warnings: { availableBelow: null, packPercentBelow: null, packExpiresWithinDays: null },
        statementConvention: 'calendar',
        metadata: null,
      },
    },
  ],
  'account-suspended.v1': [
    { at, changeId: 's1', reason: 'unpaid', suspendedFor: ['operator'] },
    { at, changeId: 's2', reason: 'twice', suspendedFor: ['operator', 'arrears'] },
    { at, changeId: 's3', reason: 'by itself', suspendedFor: ['arrears'] },
  ],
  'account-resumed.v1': [
    { at, changeId: 'r1', reason: 'paid', suspendedFor: [] },
    { at, changeId: 'r2', reason: 'still in arrears', suspendedFor: ['arrears'] },
    { at, changeId: 'r3', reason: '', suspendedFor: [] },
  ],
  'order-opened.v1': [
    { at, orderId: 'o1', amount: '100.5', channel: 'reference', payer: 'Ächme, finance', closesAt: at + 86_400_000 },
    { at: 0, orderId: 'o', amount: '0.00000001', channel: 'c', payer: null, closesAt: 86_400_000 },
    { at, orderId: 'o~2', amount: '1', channel: 'bank.transfer', payer: '"\\', closesAt: at + 86_400_000 },
  ],
  'order-paid.v1': [
    { at, orderId: 'o1', transactionId: 't-1', amount: '100.5', paidAt: at - 5_000 },
    { at, orderId: 'o', transactionId: 't', amount: '0.00000001', paidAt: 0 },
    { at, orderId: 'o~2', transactionId: 'T.2_~', amount: '1', paidAt: at + 1 },
  ],
  'order-closed.v1': [
    { at: at + 86_400_000, orderId: 'o1' },
    { at: 86_400_000, orderId: 'o' },
    { at, orderId: 'o~2' },
  ],
  'account-closed.v1': [
    { at, changeId: 'c1', reason: 'goodbye', forfeitPacks: true, forfeited: [{ ...forfeit, amount: '2.5' }] },
    { at, changeId: 'c2', reason: '', forfeitPacks: false, forfeited: null },
    { at: 0, changeId: 'c3', reason: '再见', forfeitPacks: true, forfeited: [] },
  ],
  'pack-bought.v1': [
    { ...pack, price: '50000', book: 'aliyun-2021@1', expiresAt: at + 31_536_000_000 },
    { ...pack, packId: 'p2', units: 1, price: '0.00000001', book: 'b@2', expiresAt: at + 1 },
    { ...pack, at: 0, packId: '~', units: 1_000_000_000, price: '0', book: 'b@999999', expiresAt: at },
  ],
  'pack-granted.v1': [
    { ...pack, packId: 'p3', reason: 'goodwill', expiresAt: at + 31_536_000_000 },
    { ...pack, packId: 'p4', reason: '', expiresAt: at + 1 },
    { ...pack, packId: 'p5', family: '实人', reason: '补偿', expiresAt: at + 1 },
  ],
  'trial-started.v1': [
    { ...pack, packId: 't1', units: 100, book: 'aliyun-2021@1', expiresAt: at + 31_536_000_000 },
    { ...pack, packId: 't2', family: 'liveness', units: 1, book: 'b@1', expiresAt: at + 1 },
    { ...pack, at: 0, packId: 't3', book: 'b@1', expiresAt: 1 },
  ],
  'pack-expired.v1': [
    { at, packId: 'p1', units: 3, amount: '2.5' },
    { at, packId: 'p2', units: 0, amount: '0' },
    { at: 0, packId: 'p3', units: 1_000_000_000, amount: '0.00000001' },
  ],
  'pack-refunded.v1': [
    { at, refundId: 'r1', packId: 'p1', amount: '2.5', recognised: '0.5', reason: 'not wanted', units: 5 },
    { at, refundId: 'r2', packId: 'p2', amount: '50000', recognised: '0', reason: null, units: 50_000 },
    { at, refundId: 'r3', packId: 'p3', amount: '0', recognised: '1', reason: '', units: 1 },
  ],
  'budget-set.v1': [
    { at, name: 'sales', limit: '100.5', period: 'month', reason: 'spring campaign' },
    { at, name: '~', limit: '0.00000001', period: 'day', reason: 'tight' },
    { at: 0, name: 'A.b_c-d', limit: '999999999999999999', period: 'year', reason: '预算' },
  ],
  'bill-issued.v1': [
    {
      at: at + 36_000_000,
      date: '2026-01-29',
      from: 1_769_616_000_000,
      until: 1_769_702_400_000,
      format: 1,
      owed: '0.00000001',
      firstRevision: 0,
      lastRevision: 7,
      chainHash: 'ab'.repeat(32),
      arrears: { since: at + 36_000_000, suspendsAt: at + 122_400_000 },
    },
    {
      at,
      date: '1970-01-01',
      from: 0,
      until: 86_400_000,
      format: 1,
      owed: '0',
      firstRevision: 3,
      lastRevision: 3,
      chainHash: '0'.repeat(64),
      arrears: null,
    },
    {
      at,
      date: '2026-01-30',
      from: 1_769_702_400_000,
      until: 1_769_788_800_000,
      format: 1,
      owed: '999999999999999999',
      firstRevision: 8,
      lastRevision: 1_000_000,
      chainHash: 'f'.repeat(64),
      arrears: { since: 0, suspendsAt: 86_400_000 },
    },
  ],
  'warning-raised.v1': [
    { at, warning: 'available-low', subject: null, threshold: '-100.5', value: '-100.50000001' },
    { at: 0, warning: 'arrears', subject: null, threshold: null, value: null },
    { at: at + 1, warning: 'charge-uncollected', subject: 'A.b_c~d-e', threshold: null, value: '0.85' },
  ],
  'arrears-suspended.v1': [{ at }, { at: 0 }, { at: at + 1 }],
  'arrears-cleared.v1': [{ at }, { at: 0 }, { at: at + 1 }],
};

/** All of them, one after the other, type by type. */
export const allSampleEvents: readonly AccountEvent[] = Object.entries(sampleEvents).flatMap(([type, list]) =>
  list.map((data) => ({ type, data }) as AccountEvent),
);
