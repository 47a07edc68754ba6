import { MemoryEventStore } from '#event-store';
import { eventStoreContract } from '../../../../test/contract/event-store.contract.ts';

eventStoreContract(
  'the event store in memory',
  () => Promise.resolve(new MemoryEventStore()),
  () => Promise.resolve(),
);
