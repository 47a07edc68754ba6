import type { ScheduleAudit } from '../core/audit-schedule.ts';
import type { AccountEvent } from '../core/events.ts';
import type { WarningThresholds } from '../terms/events.ts';
import type { WarningRaised } from '../warnings/events.ts';
import type { AuditedPack } from './audited-pack.ts';
import type { AuditedPacks } from './audited-packs.ts';

const dayMs = 86_400_000;

/** What is to be warned of about packs: at once by what happens to them, later by their expiry. */
export class PackWarningsAudit {
  readonly #packs: AuditedPacks;
  readonly #schedule: ScheduleAudit;
  /** Of which little is left, and somebody was told. */
  readonly #low = new Set<string>();
  /** Whose expiry was told. */
  readonly #expiring = new Set<string>();

  constructor(packs: AuditedPacks, schedule: ScheduleAudit) {
    this.#packs = packs;
    this.#schedule = schedule;
  }

  /** The warnings that an event asks for right behind it. To be asked once it has been followed. */
  follow(
    event: AccountEvent,
    { packPercentBelow, packExpiresWithinDays }: WarningThresholds,
  ): Omit<WarningRaised, 'at'>[] {
    const isNew = event.type === 'terms-changed.v1' || 'packId' in event.data;
    const crossings: Omit<WarningRaised, 'at'>[] = [];
    for (const pack of event.type === 'terms-changed.v1' ? this.#packs.all().values() : this.#packs.touched()) {
      const { packId, remaining } = pack;
      if (isNew && !pack.ended) this.#setNotice(pack, packExpiresWithinDays, event.data.at);
      if (pack.remaining + pack.reserved === 0) this.#schedule.clearPack(packId);
      if (!isBelow(pack, packPercentBelow)) this.#low.delete(packId);
      if (!isBelow(pack, packPercentBelow) || this.#low.has(packId)) continue;
      this.#low.add(packId);
      if (event.type === 'terms-changed.v1' && pack.remaining + pack.reserved === 0) continue;
      const threshold = String(packPercentBelow);
      crossings.push({ warning: 'pack-low', subject: packId, threshold, value: String(remaining) });
    }
    return crossings;
  }

  /** Whether the expiry of a pack is told at the moment at which it should be, with the right figures; notes that it is. */
  isRight({ at, subject, threshold, value }: WarningRaised, { packExpiresWithinDays }: WarningThresholds): boolean {
    const pack = this.#packs.get(subject ?? '');
    if (pack === undefined || this.#schedule.open.get(noticeId(pack)) !== at) return false;
    this.#schedule.takeOff(noticeId(pack));
    this.#expiring.add(pack.packId);
    return threshold === String(packExpiresWithinDays) && Date.parse(value ?? '') === pack.expiresAt;
  }

  #setNotice(pack: AuditedPack, days: number | null, at: number): void {
    const from = days === null ? Number.POSITIVE_INFINITY : pack.expiresAt - days * dayMs;
    if (from > at) this.#expiring.delete(pack.packId);
    this.#schedule.takeOff(noticeId(pack));
    if (days === null || this.#expiring.has(pack.packId)) return;
    this.#schedule.putOn(noticeId(pack), from > at ? from : at);
  }
}

function noticeId({ packId }: AuditedPack): string {
  return `pack-notice ${packId}`;
}

function isBelow({ ended, remaining, units }: AuditedPack, percent: number | null): boolean {
  return percent !== null && !ended && BigInt(remaining) * 100n < BigInt(percent) * BigInt(units);
}
