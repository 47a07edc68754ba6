import type { Completion, HoldPricing, Metadata, Outcome, PriceLine } from './events.ts';
import { holdStatus, type HoldFacts, type HoldStatus } from './holds.ts';

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

export function holdView(facts: HoldFacts): HoldView {
  const { opening, ending, late } = facts;
  const settled = late ?? (ending?.type === 'hold-settled.v2' ? ending : undefined);
  const released = ending?.type === 'hold-released.v2' ? ending.data : undefined;
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
