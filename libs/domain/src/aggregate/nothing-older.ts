import type { IdempotencyIndex } from '../core/decision.ts';
/** For an account whose whole history is in its state. */
export const nothingOlder: IdempotencyIndex = {
  hold: () => undefined,
  request: () => undefined,
  metadata: () => undefined,
};
