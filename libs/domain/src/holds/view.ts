import type { Metadata } from '../kernel/metadata.ts';
import type { PackUnits } from '../packs/events.ts';
import type { PriceLine } from '../pricing/tiers.ts';
import type { Completion, HoldPricing, Outcome } from './events.ts';
import { type HoldFacts, type HoldStatus, holdStatus } from './hold.ts';

/** One hold as callers see it: a function of its own events alone, so that an answer can be given again byte for byte. */
export interface HoldView {
  readonly holdId: string;
  readonly status: HoldStatus;
  readonly amount: string;
  /** Charged; null while the hold is open, "0" when it ended without a charge. */
  readonly settledAmount: string | null;
  /** Given back of it. */
  readonly refundedAmount: string;
  readonly product: string | null;
  readonly quantity: number | null;
  readonly settledQuantity: number | null;
  readonly pricing: HoldPricing | null;
  /** The tier positions that were charged. */
  readonly charge: readonly PriceLine[] | null;
  /** What its units take, or took, from resource packs; null if nothing. */
  readonly packs: HoldPacks | null;
  readonly openedAt: number;
  readonly expiresAt: number;
  readonly endedAt: number | null;
  readonly settledAt: number | null;
  readonly late: boolean;
  readonly outcome: Outcome | null;
  /** Why it was released. */
  readonly reason: string | null;
  readonly budget: string | null;
  readonly metadata: Metadata | null;
}

/** The pack units of a hold. */
export interface HoldPacks {
  /** In the order in which a settle consumes them. */
  readonly reserved: readonly PackUnits[];
  /** Null while nothing was consumed. */
  readonly consumed: readonly PackUnits[] | null;
  /** Brought back to packs that had expired meanwhile, and lost. */
  readonly forfeited: readonly PackUnits[] | null;
}

/** A hold as it is shown: amounts as canonical decimals, times in ms since 1970. */
export function holdView(facts: HoldFacts): HoldView {
  const { opening, ending, late } = facts;
  const settled = late ?? (ending?.type === 'hold-settled.v1' ? ending : undefined);
  const released = ending?.type === 'hold-released.v1' ? ending.data : undefined;
  const completion: Completion | undefined = settled?.data ?? released?.completion ?? undefined;
  return {
    holdId: opening.holdId,
    status: holdStatus(facts),
    amount: opening.amount,
    settledAmount: settled?.data.amount ?? (ending === undefined ? null : '0'),
    refundedAmount: facts.refunded ?? '0',
    product: opening.product,
    quantity: opening.quantity,
    settledQuantity: settled?.data.quantity ?? null,
    pricing: opening.pricing,
    charge: settled?.data.lines ?? null,
    packs: readPacks(facts),
    openedAt: opening.at,
    expiresAt: opening.expiresAt,
    endedAt: ending?.data.at ?? null,
    settledAt: settled?.data.at ?? null,
    late: late !== undefined,
    outcome: completion?.outcome ?? null,
    reason: released?.reason ?? null,
    budget: opening.budget,
    metadata: opening.metadata,
  };
}

function readPacks({ opening, ending, late }: HoldFacts): HoldPacks | null {
  if (opening.packs === null) return null;
  const settled = late ?? (ending?.type === 'hold-settled.v1' ? ending : undefined);
  const forfeited = (ending?.data.forfeited ?? []).map(({ packId, units }) => {
    const reclaimed = late?.data.packs?.find((pack) => pack.packId === packId)?.reclaimed?.units ?? 0;
    return { packId, units: units - reclaimed };
  });
  return {
    reserved: opening.packs,
    consumed: usedUnits(settled?.data.packs ?? []),
    forfeited: usedUnits(forfeited.filter(({ units }) => units > 0)),
  };
}

function usedUnits(packs: readonly PackUnits[]): readonly PackUnits[] | null {
  return packs.length === 0 ? null : packs.map(({ packId, units }) => ({ packId, units }));
}
