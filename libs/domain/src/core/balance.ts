import { strict as assert } from 'node:assert';
import { minus, plus, sum, zero } from '../kernel/money.ts';
import type { Balance } from '../aggregate/state.ts';

/**
 * What must be true of a balance after every event. A history that breaks it is damaged or foreign: the fold stops
 * there, and the account is taken out of service rather than shown wrong.
 */
export function assertSound(balance: Balance): void {
  const { available, frozen, settled, packs, deposited, credited, withdrawn } = balance;
  assert(frozen >= zero && settled >= zero && packs >= zero, 'frozen, settled and packs are never below zero');
  const difference = minus(sum([available, frozen, settled, packs, withdrawn]), plus(deposited, credited));
  assert(difference === 0n, 'available + frozen + settled + packs + withdrawn = deposited + credited');
}
