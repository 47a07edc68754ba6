import { strict as assert } from 'node:assert';
import { applyHeader } from '../core/apply-movement.ts';
import type { TypedEvent } from '../core/events.ts';
import type { AccountState } from '../core/state.ts';
import type { OrderOpened } from './events.ts';

/*
 * What events of orders do to the state of their account. Each notes how it is taken back.
 */

export function openOrder(state: AccountState, event: TypedEvent<'order-opened.v1'>): void {
  const { orderId } = event.data;
  assert(!state.openOrders.has(orderId), `order ${orderId} is opened once`);
  state.undo.record(() => {
    state.openOrders.delete(orderId);
  });
  state.openOrders.set(orderId, event.data);
  applyHeader(state, event.data.at, {});
}

/** A payment can come after the closing: then the order is open no more, and only its id says what became of it. */
export function payOrder(state: AccountState, event: TypedEvent<'order-paid.v1'>): void {
  const { at, orderId, amount } = event.data;
  const open = state.openOrders.get(orderId);
  assert(open === undefined || open.amount === amount, 'an order is paid with what it asks for');
  if (open !== undefined) dropOrder(state, open);
  applyHeader(state, at, {});
}

export function closeOrder(state: AccountState, event: TypedEvent<'order-closed.v1'>): void {
  const { orderId, at } = event.data;
  const open = state.openOrders.get(orderId);
  assert(open?.closesAt === at, `order ${orderId} is open, and closes when it said`);
  dropOrder(state, open);
  applyHeader(state, at, {});
}

/** An account that is closed has nothing that falls due: its orders are closed with it. */
export function dropOrders(state: AccountState): void {
  for (const order of state.openOrders.values()) dropOrder(state, order);
}

function dropOrder(state: AccountState, order: OrderOpened): void {
  state.undo.record(() => {
    state.openOrders.set(order.orderId, order);
  });
  state.openOrders.delete(order.orderId);
}
