import { describe, expect, it } from '@jest/globals';
import { type Command, parseMoney, type RequestedTerms } from '#domain';
import { MemoryEventStore } from '#event-store';
import { start } from '../support/account-driver.ts';
import { deposit, openAccount, settle } from '../support/commands.ts';
import { asked, HandClock, outcome, Replica } from '../support/replica.ts';

const cause = { actor: 'test', correlationId: 'test' };

function terms(changeId: string, change: RequestedTerms): Command {
  return { kind: 'change-terms', changeId, reason: 'a new contract', asked: change };
}

function freezeUnits(holdId: string): Command {
  const rest = { ttlSeconds: null, budget: null, metadata: null };
  return { kind: 'freeze', holdId, product: 'by-match', quantity: 1, amount: null, ...rest };
}

describe('a price book that another process published a moment ago', () => {
  it('is read before anything is decided by it, also for a hold of a book that the account has left', async () => {
    const store = new MemoryEventStore();
    const clock = new HandClock(start);
    const [here, there] = [0, 1].map(() => new Replica(store, clock, { soleWriter: false })) as [Replica, Replica];
    const send = async (one: Replica, command: Command): Promise<string> => {
      return outcome(await one.lanes.run('acme', { ...asked(command), correlationId: command.kind }));
    };
    await send(there, { ...openAccount('acme'), priceBook: 'dcloud-2023' });
    await send(there, deposit('d0', '100'));
    const steps = [{ upTo: null, price: '7' }];
    const check = { counter: 'check', basis: 'match', credentialSeconds: null, steps, packFamily: null } as const;
    const book = { name: 'ours', version: 1, currency: 'CNY', products: { 'by-match': check }, packs: {} };
    expect(await here.priceBooks.publish(book, cause)).toMatchObject({ kind: 'published' });
    expect(await send(here, terms('t1', { priceBook: 'ours' }))).toBe('done');
    expect(await send(there, freezeUnits('h1'))).toBe('done');
    expect(await send(here, terms('t2', { priceBook: 'dcloud-2023' }))).toBe('done');
    const late = new Replica(store, clock, { soleWriter: false });
    expect(await send(late, settle('h1'))).toBe('done');
    expect([there.quarantined, late.quarantined]).toEqual([[], []]);
    const charged = await late.lanes.read('acme', ({ state }) => state.summary.balance.settled);
    expect(charged).toBe(parseMoney('7'));
  });
});
