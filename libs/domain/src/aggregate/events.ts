import { accountEvents } from '../account/event-definitions.ts';
import { balanceEvents } from '../balance/event-definitions.ts';
import { billingEvents } from '../billing/event-definitions.ts';
import { budgetEvents } from '../budgets/event-definitions.ts';
import type { EventDefinition, EventDefinitions } from '../core/event-definition.ts';
import type { AccountEventType } from '../core/events.ts';
import { correctionEvents } from '../corrections/event-definitions.ts';
import { holdEvents } from '../holds/event-definitions.ts';
import { orderEvents } from '../orders/event-definitions.ts';
import { packEvents } from '../packs/event-definitions.ts';
import { termsEvents } from '../terms/event-definitions.ts';
import { warningEvents } from '../warnings/event-definitions.ts';
import { changeTerms, issueBill, noteUncollected, refundCharge, refundPack } from './evolve-several.ts';

/** Every event that there is: one that no topic defines does not compile. */
export const events: EventDefinitions = {
  ...accountEvents,
  ...balanceEvents,
  ...termsEvents,
  ...budgetEvents,
  ...packEvents,
  ...holdEvents,
  ...correctionEvents,
  ...orderEvents,
  ...billingEvents,
  ...warningEvents,
  // What these change in topics above their own.
  'terms-changed.v1': { ...termsEvents['terms-changed.v1'], evolve: changeTerms },
  'pack-refunded.v1': { ...packEvents['pack-refunded.v1'], evolve: refundPack },
  'charge-refunded.v1': { ...correctionEvents['charge-refunded.v1'], evolve: refundCharge },
  'charge-uncollected.v1': { ...holdEvents['charge-uncollected.v1'], evolve: noteUncollected },
  'bill-issued.v1': { ...billingEvents['bill-issued.v1'], evolve: issueBill },
};

/** The definition of the type of an event at hand: what it takes is the data of that event. */
export function findDefinition(type: AccountEventType): EventDefinition<AccountEventType> {
  return events[type] as unknown as EventDefinition<AccountEventType>;
}

export const accountEventTypes = Object.keys(events) as readonly AccountEventType[];

export function isAccountEventType(type: string): type is AccountEventType {
  return Object.hasOwn(events, type);
}
