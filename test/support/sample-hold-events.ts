import type { AccountEventData } from '../../libs/domain/src/index.ts';

const at = 1_769_659_200_000;
const line = { from: 9_999, units: 2, price: '0.85', amount: '1.7' };
const pricing = {
  book: 'dcloud-2023@1',
  table: 'ab'.repeat(16),
  basis: 'completed',
  counter: 'face-verify',
  year: '2026-01-29',
  unitsCharged: 9_998,
} as const;
const completion = { outcome: 'match', quantity: 2, completedAt: at + 5, evidence: { digest: 'sha256:00' } } as const;
const ofNoBudget = { openedAt: 0, budget: null };
const silent = { outcome: 'mismatch', quantity: null, completedAt: null, evidence: null } as const;
const consumed = { packId: 'p1', units: 2, recognised: '1.99999999', listPrice: '2' } as const;
const forfeit = { packId: 'p1', units: 1, amount: '0' } as const;
const opening = { at, holdId: 'h1', amount: '2.5', maxLateCharge: '2.5' };

/** Samples of what happens to holds and deposits: see sample-events.ts. */
export const sampleHoldEvents = {
  'funds-frozen.v1': [
    {
      ...opening,
      product: 'face-verify',
      quantity: 3,
      expiresAt: at + 1_800_000,
      budget: null,
      metadata: { order: '7' },
      pricing,
      packs: [
        { packId: 'p1', units: 2 },
        { packId: 'p2', units: 1_000_000 },
      ],
    },
    {
      ...opening,
      product: null,
      quantity: null,
      expiresAt: at + 1_000,
      budget: null,
      metadata: null,
      pricing: null,
      packs: null,
    },
    {
      ...opening,
      product: 'by-match',
      quantity: 1,
      expiresAt: at + 2_592_000_000,
      budget: 'sales',
      metadata: {},
      pricing: { ...pricing, basis: 'match' },
      packs: [],
    },
  ],
  'hold-settled.v1': [
    {
      at,
      holdId: 'h1',
      ...completion,
      amount: '1.7',
      returned: '0.8',
      lines: [line],
      packs: [consumed],
      forfeited: [forfeit],
    },
    { at, holdId: 'h2', ...silent, amount: '0', returned: '2.5', lines: null, packs: null, forfeited: null },
    { at, holdId: 'h3', ...silent, quantity: 1, amount: '2.5', returned: '0', lines: [], packs: [], forfeited: [] },
  ],
  'hold-settled-late.v1': [
    {
      at,
      holdId: 'h1',
      ...completion,
      amount: '1.7',
      lines: [line],
      hold: {
        openedAt: at,
        expiresAt: at + 1,
        ending: 'expired',
        counter: 'face-verify',
        year: '2026-01-29',
        budget: 'sales',
        packs: ['p1', 'p2'],
      },
      packs: [
        { ...consumed, reclaimed: null },
        { ...consumed, packId: 'p2', reclaimed: { units: 1, amount: '0.5' } },
      ],
    },
    {
      at,
      holdId: 'h2',
      ...silent,
      amount: '0',
      lines: null,
      hold: { openedAt: 0, expiresAt: 1, ending: 'released', counter: null, year: null, budget: null, packs: null },
      packs: null,
    },
    {
      at,
      holdId: 'h3',
      ...silent,
      quantity: 1,
      amount: '0.00000001',
      lines: [],
      hold: {
        openedAt: 0,
        expiresAt: at,
        ending: 'expired',
        counter: 'c',
        year: '2024-02-29',
        budget: null,
        packs: [],
      },
      packs: [],
    },
  ],
  'charge-uncollected.v1': [
    { at, holdId: 'h1', ...completion, amount: '1.7' },
    { at, holdId: 'h2', ...silent, amount: '0.85' },
    { at, holdId: 'h3', ...silent, quantity: 1_000_000, amount: '999999999999999999' },
  ],
  'charge-refunded.v1': [
    {
      at,
      refundId: 'f1',
      holdId: 'h1',
      amount: '1',
      reason: 'blurred',
      openedAt: at - 1,
      budget: 'sales',
      refunded: '1.7',
      chargedAt: at,
    },
    { at, refundId: 'f2', holdId: 'h2', amount: '0.01', reason: '', ...ofNoBudget, refunded: '0.01', chargedAt: at },
    { at, refundId: 'f3', holdId: 'h3', amount: '2.5', reason: '退款', ...ofNoBudget, refunded: '2.5', chargedAt: at },
  ],
  'deposit-reversed.v1': [
    { at, reversalId: 'v1', depositId: 'd1', amount: '40', reason: 'bounced', remaining: '60' },
    { at, reversalId: 'v2', depositId: 'd2', amount: '0.00000001', reason: '', remaining: '0' },
    { at, reversalId: 'v3', depositId: 'd3', amount: '1', reason: 'in part', remaining: '999999999999999998' },
  ],
  'call-failed.v1': [
    { at, holdId: 'h1', attemptId: 'f1', reason: 'camera broke' },
    { at, holdId: 'h1', attemptId: 'f2', reason: '' },
    { at, holdId: 'h1', attemptId: 'f3', reason: 'line\nbreak' },
  ],
  'hold-released.v1': [
    { at, holdId: 'h1', amount: '2.5', reason: 'no credential', completion: null, forfeited: [forfeit] },
    {
      at,
      holdId: 'h1',
      amount: '2.5',
      reason: 'not-billable',
      completion: { ...silent, quantity: 1 },
      forfeited: null,
    },
    { at, holdId: 'h1', amount: '0', reason: 'not-billable', completion, forfeited: [] },
  ],
  'hold-expired.v1': [
    { at, holdId: 'h1', amount: '2.5', forfeited: null },
    { at: at + 1, holdId: 'h2', amount: '0', forfeited: [forfeit, { ...forfeit, packId: 'p2' }] },
    { at: 0, holdId: '~', amount: '0.00000001', forfeited: [] },
  ],
} satisfies { readonly [Type in keyof AccountEventData]?: readonly AccountEventData[Type][] };
