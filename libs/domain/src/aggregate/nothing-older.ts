import type { Known } from '../core/decision.ts';
/** For an account whose whole history is in its state. */
export const nothingOlder: Known = {
  hold: () => undefined,
  request: () => undefined,
  metadata: () => undefined,
};
