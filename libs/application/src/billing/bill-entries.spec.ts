import { describe, expect, it } from '@jest/globals';
import type { EventStore } from '#application/ports';
import type { AccountEvent, BillIssued } from '#domain';
import { start } from '../../../../test/support/account-driver.ts';
import { recordedEvents, toLog } from '../../../../test/support/chained-log.ts';
import { readEntries } from './bill-entries.ts';

const deposits = Array.from({ length: 5 }, (_, number): AccountEvent => {
  const data = { at: start, depositId: `d${String(number)}`, amount: '1', reference: null, paymentId: null };
  return { type: 'funds-deposited.v1', data };
});
const bill = { firstRevision: 1, lastRevision: 3 } as BillIssued;

function storeWith(changed?: number): EventStore {
  const log = recordedEvents('acme', deposits).map((event) =>
    event.revision === changed ? { ...event, data: event.data.replace('"1"', '"2"') } : event,
  );
  return toLog(log) as unknown as EventStore;
}

describe('the entries of a bill', () => {
  it('are read to its last event', async () => {
    expect((await readEntries(storeWith(), 'acme', bill, -1, 10)).after).toBeNull();
  });

  it('are not told from an event whose text was changed', async () => {
    await expect(readEntries(storeWith(2), 'acme', bill, -1, 10)).rejects.toMatchObject({
      code: 'account_quarantined',
    });
  });

  it('do not rest on the events of other days', async () => {
    expect((await readEntries(storeWith(4), 'acme', bill, -1, 10)).after).toBeNull();
  });
});
