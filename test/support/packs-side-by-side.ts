import { expect } from '@jest/globals';
import { postings, TrialBalance } from '#domain';
import { type AccountDriver, opened, said } from './account-driver.ts';
import { NaivePacks } from './naive-packs.ts';
import type { NaiveProduct } from './naive-prices.ts';
import { NaiveRecognition, packPrices } from './naive-recognition.ts';
import type { PackStep } from './pack-steps.ts';

const endless = Number.POSITIVE_INFINITY;
const dayMs = 86_400_000;
const ttlMs = 1_800_000;

const products: Readonly<Record<string, NaiveProduct>> = {
  call: {
    counter: 'call',
    matchOnly: false,
    credentialSeconds: 0,
    steps: [
      [5, '2'],
      [endless, '1.5'],
    ],
  },
  'dear-call': { counter: 'call', matchOnly: false, credentialSeconds: 0, steps: [[endless, '7']] },
  'matched-call': { counter: 'matched-call', matchOnly: true, credentialSeconds: 0, steps: [[endless, '1']] },
};

/** The domain model and the model, told the same scenario. */
export class PacksSideBySide {
  #refunds = 0;
  readonly account: AccountDriver;
  readonly model: NaivePacks;
  #holds = 0;
  #packs = 0;
  #terms = 0;

  constructor() {
    this.account = opened('1000000', { priceBook: 'test', agreementStart: '2025-06-01' });
    this.model = new NaivePacks('1000000', '2025-06-01', this.account.now);
  }

  run(next: PackStep): void {
    this.#report(next);
    const { packs, now, warnings } = this.model;
    warnings.checkUnits(packs, now);
    warnings.checkExpiries(packs, now);
  }

  #report(next: PackStep): void {
    const { account, model } = this;
    switch (next.do) {
      case 'take': {
        this.#packs += 1;
        const packId = `p${String(this.#packs)}`;
        expect(said(account.acquirePack(packId, { units: next.units }))).toBe('accepted');
        const expiresAt = account.state.packs.get(packId)?.expiresAt ?? 0;
        model.take(packId, next.units, packPrices[next.units] ?? '0', expiresAt);
        return;
      }
      case 'freeze': {
        this.#holds += 1;
        const holdId = `h${String(this.#holds)}`;
        const { product, quantity } = next;
        expect(said(account.freeze(holdId, { product, quantity }))).toBe('accepted');
        const naive = products[product];
        if (naive !== undefined) model.freeze(holdId, naive, quantity);
        return;
      }
      case 'settle':
        this.#onHold(next.hold, 'open', (holdId, quantity) => {
          const completed = 1 + (next.part % quantity);
          const outcome = next.match ? 'match' : 'mismatch';
          expect(said(account.settle(holdId, { outcome, quantity: completed }))).toBe('accepted');
          model.settle(holdId, completed, next.match);
        });
        return;
      case 'release':
        this.#onHold(next.hold, 'open', (holdId) => {
          expect(said(account.release(holdId))).toBe('accepted');
          model.release(holdId);
        });
        return;
      case 'late':
        this.#onHold(next.hold, 'unused', (holdId, quantity, completedAt) => {
          const completed = 1 + (next.part % quantity);
          expect(said(account.settle(holdId, { quantity: completed, completedAt }))).toBe('accepted');
          model.settleLate(holdId, completed);
        });
        return;
      case 'refund':
        this.#refund(`p${String(this.#packs - next.pack)}`);
        return;
      case 'wait':
        this.#waitUntil(account.now + next.ms);
        return;
      case 'to expiry': {
        const pack = model.packs.at(-1 - next.pack);
        if (pack !== undefined) this.#waitUntil(Math.max(account.now, pack.expiresAt + next.ms));
        return;
      }
      case 'straddle': {
        const pack = model.packs.at(-1 - next.pack);
        if (pack === undefined || pack.over || pack.expiresAt - 1_000 < account.now) return;
        this.#waitUntil(pack.expiresAt - 1_000);
        this.run({ do: 'freeze', product: 'call', quantity: next.quantity });
        const { part: completed } = next;
        this.#waitUntil(pack.expiresAt + (next.ends === 'late' ? ttlMs : 0));
        if (next.ends === 'settled') this.run({ do: 'settle', hold: 0, part: completed, match: true });
        if (next.ends !== 'settled')
          this.run({ do: next.ends === 'late' ? 'late' : 'release', hold: 0, part: completed });
        return;
      }
      case 'to notice': {
        const pack = model.packs.at(-1 - next.pack);
        const days = model.warnings.days ?? 0;
        if (pack !== undefined) this.#waitUntil(Math.max(account.now, pack.expiresAt - days * dayMs + next.ms));
        return;
      }
      case 'warn':
        this.#terms += 1;
        account.terms(`t${String(this.#terms)}`, {
          warnings: { packPercentBelow: next.percent, packExpiresWithinDays: next.days },
        });
        model.warnings.setPercent(next.percent, model.packs);
        model.warnings.days = next.days;
        return;
      case 'restart':
        account.restart();
        return;
    }
  }

  /** What must be true after every step. */
  compare(): void {
    const { account, model } = this;
    const { available, frozen, settled, packs } = account.state.summary.balance;
    expect([available, frozen, settled, packs]).toEqual([model.available, model.frozen, model.settled, model.paid]);
    const journal = new TrialBalance();
    const recognition = new NaiveRecognition();
    for (const event of account.events) {
      journal.post(postings(event));
      recognition.follow(event);
    }
    expect(journal.difference()).toBe(0n);
    expect(journal.of('platform:breakage')).toBe(recognition.breakage);
    expect(journal.of('platform:revenue')).toBe(recognition.revenue + model.settled);
    let owed = 0n;
    for (const pack of model.packs) {
      owed += pack.over && pack.where.includes('refunded') ? 0n : pack.price - pack.recognised;
      const known = account.state.packs.get(pack.id);
      if (known === undefined) continue;
      expect(account.pack(pack.id)).toBe(model.counts(pack.id));
      expect([pack.id, known.listPrice]).toEqual([pack.id, pack.listPrice]);
    }
    expect(journal.of('platform:pack-liability')).toBe(owed);
    expect(packWarnings(account)).toEqual(model.warnings.notices);
  }

  /** All holds end and all packs expire: what was paid is revenue or breakage, to the last digit. */
  end(): void {
    const last = this.model.packs.at(-1)?.expiresAt ?? this.account.now;
    this.#waitUntil(Math.max(this.account.now, last) + 1_800_000);
    this.compare();
    const journal = new TrialBalance();
    for (const event of this.account.events) journal.post(postings(event));
    expect(journal.of('platform:pack-liability')).toBe(0n);
    const { settled, packs } = this.account.state.summary.balance;
    expect(journal.of('platform:revenue') + journal.of('platform:breakage')).toBe(settled + packs);
  }

  #waitUntil(moment: number): void {
    this.account.now = moment;
    this.account.expireDue();
    this.model.advance(moment);
  }

  #refund(packId: string): void {
    this.#refunds += 1;
    const answer = said(this.account.refundPack(packId, `r-${String(this.#refunds)}`));
    const back = this.model.refund(packId);
    if (back === 'in use') expect(answer).toBe('pack_in_use');
    if (typeof back === 'bigint') expect(answer).toBe('accepted');
    // A pack older than five days may still be refunded by an operator, who says how much.
    if (back === undefined) expect(answer).toMatch(/pack_not_refundable|pack_not_found|pack_in_use|forbidden/);
  }

  #onHold(
    newest: number,
    which: 'open' | 'unused',
    act: (holdId: string, quantity: number, openedAt: number) => void,
  ): void {
    const { now } = this.account;
    const holds = [...this.model.holds.values()].filter(({ ended, deadline }) => {
      if (which === 'open') return ended === 'open';
      return (ended === 'expired' || ended === 'released') && now < deadline + dayMs;
    });
    const hit = holds.at(-1 - newest);
    if (hit !== undefined) act(hit.id, hit.quantity, hit.openedAt);
  }
}

/** `kind pack at` of every warning of packs. */
function packWarnings({ events }: AccountDriver): readonly string[] {
  return events.flatMap((event) => {
    if (event.type !== 'warning-raised.v1') return [];
    const { at, warning, subject } = event.data;
    return warning.startsWith('pack') ? [`${warning} ${subject ?? ''} ${String(at)}`] : [];
  });
}
