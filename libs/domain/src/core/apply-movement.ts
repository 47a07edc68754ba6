import { strict as assert } from 'node:assert';
import { plus, zero } from '../kernel/money.ts';
import { assertSound, type Balance } from './balance.ts';
import type { AccountState, AccountSummary } from './state.ts';

/** What each part of the balance gains; may be negative. */
type Movement = Partial<Balance>;

/** Moves money between the parts of the balance, and changes what else the event changes of the summary. */
export function move(state: AccountState, at: number, movement: Movement, change?: Partial<AccountSummary>): void {
  const { balance: before } = state.summary;
  const balance: Balance = {
    available: plus(before.available, movement.available ?? zero),
    frozen: plus(before.frozen, movement.frozen ?? zero),
    settled: plus(before.settled, movement.settled ?? zero),
    packs: plus(before.packs, movement.packs ?? zero),
    deposited: plus(before.deposited, movement.deposited ?? zero),
    credited: plus(before.credited, movement.credited ?? zero),
    withdrawn: plus(before.withdrawn, movement.withdrawn ?? zero),
  };
  assertSound(balance);
  applyHeader(state, at, { ...change, balance });
}

/** Every event ends here, once: the summary gets its next revision and time. */
export function applyHeader(state: AccountState, at: number, change: Partial<AccountSummary>): void {
  const before = state.summary;
  assert(at >= before.lastAt, 'time never runs backwards inside an account');
  state.undo.record(() => {
    state.summary = before;
  });
  state.summary = { ...before, ...change, revision: before.revision + 1, lastAt: at };
}
