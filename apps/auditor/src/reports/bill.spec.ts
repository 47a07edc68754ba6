import { describe, expect, it } from '@jest/globals';
import type { AccountEvent } from '#domain';
import { money, opened } from '../../../../test/support/account-driver.ts';
import { recordedEvents } from '../../../../test/support/chained-log.ts';
import { laterZones } from '../../../../test/support/zones.ts';
import type { Streams } from '../source/account-history.ts';
import { rebuildBill } from './bill.ts';

const date = '2026-01-30';
const hourMs = 3_600_000;

/** A charge on the first day, and a late one and a plain one on the second, which has its bill. */
function scenario(change: { readonly chainHash?: string } = {}): readonly AccountEvent[] {
  const account = opened('10', { creditLimit: money('100') });
  account.freeze('h1');
  account.freeze('h2', { quantity: 2 });
  account.settle('h2');
  const completedAt = account.now;
  const hashOfLast = (): string => recordedEvents('acme', account.events).at(-1)?.hash ?? '';
  account.now += 23 * hourMs;
  account.bill('2026-01-29');
  account.settle('h1', { completedAt });
  account.freeze('h3', { amount: '3' });
  account.settle('h3');
  account.now += 24 * hourMs;
  account.expireDue();
  account.bill(date, { chainHash: hashOfLast(), ...change });
  return account.events;
}

function toStreams(events: readonly AccountEvent[]): Streams {
  const recorded = recordedEvents('acme', events);
  return {
    readStream: (_, from, limit) => ({ events: recorded.slice(from, from + limit), head: recorded.length - 1 }),
  };
}

describe('auditor bill', () => {
  it('recomputes a bill from the events alone', async () => {
    const { bill, findings } = await rebuildBill(toStreams(scenario()), 'acme', date);
    expect(findings).toEqual([]);
    expect(bill.lines).toMatchObject([
      { kind: 'charge', product: null, charged: '3' },
      { kind: 'late-charge', product: 'face-verify', units: 1, charged: '0.85' },
    ]);
    expect(bill.total).toBe('3.85');
    expect(bill.opening.settled).toBe('1.7');
    expect(bill.closing.settled).toBe('5.55');
  });

  it('compares a bill that is given with it, byte for byte', async () => {
    const streams = toStreams(scenario());
    const text = JSON.stringify((await rebuildBill(streams, 'acme', date)).bill);
    expect((await rebuildBill(streams, 'acme', date, `${text}\n`)).findings).toEqual([]);
    const other = text.replace('"3.85"', '"3.86"');
    expect((await rebuildBill(streams, 'acme', date, other)).findings).toMatchObject([{ kind: 'bill-wrong' }]);
  });

  it('finds a bill that names another event than the last of its day', async () => {
    const { findings } = await rebuildBill(toStreams(scenario({ chainHash: 'ab'.repeat(32) })), 'acme', date);
    expect(findings).toMatchObject([{ kind: 'bill-wrong', stream: 'account-acme' }]);
  });

  it('recomputes the bill of a day that ended an hour sooner than it was to, because newer rules were noted in it', async () => {
    const account = opened('10');
    account.zones = laterZones('2098a', account.now + hourMs, hourMs);
    account.freeze('h1', { amount: '3' });
    account.settle('h1');
    const { hash } = recordedEvents('acme', account.events).at(-1) ?? {};
    account.now += 24 * hourMs;
    account.bill('2026-01-29', { chainHash: hash ?? '' });
    const { bill, findings } = await rebuildBill(toStreams(account.events), 'acme', '2026-01-29');
    expect(account.events.map(({ type }) => type)).toContain('zone-noted.v1');
    expect([findings, bill.until, bill.total]).toEqual([[], '2026-01-29T15:00:00.000Z', '3']);
  });

  it('says of a day without a bill that there is none', async () => {
    await expect(rebuildBill(toStreams(scenario()), 'acme', '2026-01-31')).rejects.toThrow(
      'acme has no bill of 2026-01-31',
    );
  });
});
