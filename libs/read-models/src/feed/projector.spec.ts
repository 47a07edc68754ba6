import { AssertionError } from 'node:assert';
import { describe, expect, it } from '@jest/globals';
import type { Position, RecordedEvent } from '#application/ports';
import fc from '../../../../test/support/fast-check.ts';
import { history } from '../../testing/histories.ts';
import { commands, Log, start } from '../../testing/log.ts';
import { bench, contents } from '../../testing/tables.ts';
import { parkedEvents } from '../file/parked.ts';

/** The disk is full when this event is read. */
function failing(event: RecordedEvent): RecordedEvent {
  return Object.defineProperty({ ...event }, 'data', {
    get: () => {
      throw Object.assign(new Error('database or disk is full'), { code: 'ERR_SQLITE_ERROR', errcode: 13 });
    },
  });
}

function page(events: readonly RecordedEvent[]): { events: readonly RecordedEvent[]; position: Position } {
  return { events, position: events.at(-1)?.position ?? ('' as Position) };
}

describe('a page of events', () => {
  it('takes effect once, however pages are cut, repeated and broken off', () => {
    const cut = fc.record({ from: fc.nat({ max: 9 }), length: fc.integer({ min: 1, max: 20 }), fails: fc.boolean() });
    fc.assert(
      fc.property(history, fc.array(cut, { maxLength: 30 }), ({ events }, cuts) => {
        const readModels = bench();
        let done = 0;
        for (const { from, length, fails } of cuts) {
          const piece = events.slice(Math.max(0, done - from), done + length);
          const last = piece.at(-1);
          const isRead = last !== undefined && done < events.length && last.stream.startsWith('account-');
          if (!isRead || !fails) {
            readModels.projector.apply(page(piece));
            done = Math.max(done, Math.min(events.length, done + length));
            continue;
          }
          const before = contents(readModels.database);
          expect(() => {
            readModels.projector.apply(page([...piece.slice(0, -1), failing(last)]));
          }).toThrow('disk is full');
          expect(contents(readModels.database)).toBe(before);
        }
        readModels.projector.apply(page(events));
        const plain = bench();
        plain.projector.apply(page(events));
        expect(contents(readModels.database)).toBe(contents(plain.database));
      }),
      { numRuns: 25 },
    );
  });

  it('moves the checkpoint even without events, and never back', () => {
    const { projector } = bench();
    projector.apply({ events: [], position: '0000000000000005' as Position });
    projector.apply({ events: [], position: '0000000000000003' as Position });
    expect(projector.checkpoint.position).toBe('0000000000000005');
  });

  it('names the newest time and the last event, of whatever stream', () => {
    const log = new Log();
    log.run('acme', commands.open('acme'), start);
    const key = log.put('keys', 'key-issued.v1', '{}');
    const { projector } = bench();
    projector.apply(page(log.events));
    expect(projector.checkpoint).toMatchObject({
      position: key.position,
      newestEventAt: start,
      lastEvent: { stream: 'keys', revision: 0, hash: key.hash },
    });
  });
});

describe('an event out of order', () => {
  function opened(): Log {
    const log = new Log();
    log.run('acme', commands.open('acme'), start);
    log.run('zeta', commands.open('zeta'), start);
    return log;
  }

  const unreadable = ['funds-doubled.v1', '{}'] as const;

  it('takes its account out of service and no other', () => {
    const log = opened();
    log.run('acme', commands.deposit('d1', '5'), start);
    const bad = log.put('account-acme', ...unreadable);
    log.put('account-acme', 'funds-deposited.v1', depositText('d2'));
    log.run('zeta', commands.deposit('d1', '7'), start);
    const { database, projector, lists, idIndex } = bench();
    projector.apply(page(log.events));
    expect(lists.accounts(null, 10, [], start).map(({ balance }) => balance.available)).toEqual(['5', '7']);
    for (const id of ['d1', 'd2']) {
      expect(() => idIndex.request('acme', `deposit ${id}`)).toThrow('the id index of acme ends before revision 2');
      expect(() => idIndex.hold('acme', id)).toThrow(expect.objectContaining({ name: 'UnreadableEvent' }));
    }
    expect(idIndex.request('zeta', 'deposit d1')).toBeDefined();
    expect(idIndex.hold('zeta', 'd1')).toBeUndefined();
    expect(projector.checkpoint.position).toBe(log.events.at(-1)?.position);
    expect(parkedEvents(database, 10)).toEqual([
      {
        position: bad.position,
        stream: 'account-acme',
        revision: 2,
        type: 'funds-doubled.v1',
        reason: 'UnreadableEvent: funds-doubled.v1: no event of this type is known',
      },
    ]);
  });

  it.each([
    ['fails an assertion', new AssertionError({ message: 'a pack has units left' })],
    ['breaks a constraint', Object.assign(new Error('UNIQUE'), { code: 'ERR_SQLITE_ERROR', errcode: 2067 })],
  ])('holds up no other account when it %s', (_, error) => {
    const log = opened();
    const bad = log.put('account-acme', 'funds-deposited.v1', depositText('d1'));
    log.run('zeta', commands.open('zeta'), start);
    const { database, projector, lists } = bench();
    let reads = 0;
    // Thrown while it is folded: parking it reads its text once more.
    const read = Object.defineProperty({ ...bad }, 'data', {
      get: () => {
        reads += 1;
        if (reads === 1) throw error;
        return bad.data;
      },
    });
    projector.apply(page(log.events.map((event) => (event === bad ? read : event))));
    expect(parkedEvents(database, 10)).toMatchObject([{ stream: 'account-acme', reason: String(error) }]);
    expect(lists.accounts(null, 10, [], start).map(({ opened: { accountId } }) => accountId)).toContain('zeta');
  });

  it('stays parked over pages and restarts of the projector', () => {
    const log = opened();
    log.put('account-acme', ...unreadable);
    const { database, projector } = bench();
    projector.apply(page(log.events));
    log.put('account-acme', ...unreadable);
    projector.apply(page(log.events));
    expect(parkedEvents(database, 10)).toHaveLength(1);
  });

  it('is parked even if it is the first of its stream, and the account is not listed', () => {
    const log = new Log();
    log.put('account-acme', ...unreadable);
    const { database, projector, lists } = bench();
    projector.apply(page(log.events));
    expect(parkedEvents(database, 10)).toHaveLength(1);
    expect(lists.accounts(null, 10, [], start)).toEqual([]);
  });

  it.each([
    ['skips a revision', 'funds-deposited.v1', depositText('d1'), 3, 'revision 3 follows 0'],
    ['opens an account twice', 'account-opened.v1', undefined, 1, 'the account was opened before'],
    ['ends a hold that was never opened', 'hold-expired.v1', expiryText('h9'), 1, 'hold h9 was never opened'],
  ])('is one that %s', (_, type, data, revision, reason) => {
    const log = opened();
    log.put('account-acme', type, data ?? log.events[0]?.data ?? '', revision);
    const { database, projector } = bench();
    projector.apply(page(log.events));
    expect(parkedEvents(database, 10).map((parked) => parked.reason)).toEqual([`ContradictingEvent: ${reason}`]);
  });

  it('is one that ends a hold twice, opens it twice, or opens another account', () => {
    const log = opened();
    log.run('acme', commands.deposit('d1', '5'), start);
    log.run('acme', commands.freeze('h1', '1'), start);
    log.run('acme', commands.release('h1'), start);
    const opening = log.events.find(({ type }) => type === 'funds-frozen.v1')?.data ?? '';
    for (const [type, data] of [
      ['hold-expired.v1', expiryText('h1')],
      ['funds-frozen.v1', opening],
    ] as const) {
      const { database, projector } = bench();
      const last = log.events.at(-1);
      const bad = { ...(last as RecordedEvent), type, data, revision: 4, position: 'ff' as Position };
      projector.apply(page([...log.events, bad]));
      expect(parkedEvents(database, 10)).toMatchObject([{ type }]);
    }
    const { database, projector } = bench();
    const [first] = log.events;
    projector.apply(page([{ ...(first as RecordedEvent), stream: 'account-other' }]));
    expect(parkedEvents(database, 10)).toMatchObject([{ reason: 'ContradictingEvent: it opens acme' }]);
  });

  it('leaves the holds of its account out of what is due, so that nobody is woken for nothing', () => {
    const log = opened();
    log.run('acme', commands.deposit('d1', '5'), start);
    log.run('acme', commands.freeze('h1', '1', 1), start);
    const { projector, lists } = bench();
    projector.apply(page(log.events));
    expect(lists.dueAccounts(start + 1_000, 10)).toMatchObject([{ accountId: 'acme' }]);
    log.put('account-acme', ...unreadable);
    projector.apply(page(log.events));
    expect(lists.dueAccounts(start + 1_000, 10)).toEqual([]);
  });
});

function depositText(depositId: string): string {
  return JSON.stringify({ at: start, depositId, amount: '1', reference: null, paymentId: null });
}

function expiryText(holdId: string): string {
  return JSON.stringify({ at: start, holdId, amount: '1', forfeited: null });
}
