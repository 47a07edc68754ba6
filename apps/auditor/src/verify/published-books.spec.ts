import { describe, expect, it } from '@jest/globals';
import { ChainedEvents } from '#application';
import type { Position, RecordedEvent } from '#application/ports';
import { accountStream, type PriceBook, PriceBookCatalog, priceBooksStream, shippedPriceBooks } from '#domain';
import { AccountDriver } from '../../../../test/support/account-driver.ts';
import { type AuditedLog, runAudit } from '../index.ts';

const cause = { actor: 'spec', correlationId: 'spec' };

function book(version: number, price: string): PriceBook {
  const check = {
    counter: 'check',
    basis: 'completed',
    credentialSeconds: null,
    steps: [{ upTo: null, price }],
    packFamily: null,
  } as const;
  return { name: 'ours', version, currency: 'CNY', products: { check }, packs: {} };
}

/** An account on a published book, with a price of its own later. */
function account(): AccountDriver {
  const one = new AccountDriver();
  one.books = new PriceBookCatalog([...shippedPriceBooks, book(1, '0.5'), book(2, '0.6')]);
  one.open({ priceBook: 'ours@1' });
  one.deposit('d0', '100');
  one.freeze('h1', { product: 'check' });
  one.terms('t1', { priceBook: 'ours' });
  one.freeze('h2', { product: 'check' });
  one.terms('t2', { overrides: { check: [{ upTo: null, price: '0.1' }] } });
  one.freeze('h3', { product: 'check' });
  for (const holdId of ['h1', 'h2', 'h3']) one.settle(holdId);
  return one;
}

/** The published books, then the account, in one log. */
function toLog(books: readonly PriceBook[], one: AccountDriver): AuditedLog {
  const [published, events] = [priceBooksStream, accountStream('acme')].map((stream) => {
    return new ChainedEvents(stream, -1, '0'.repeat(64));
  }) as [ChainedEvents, ChainedEvents];
  for (const each of books) published.add({ type: 'price-book-published.v1', data: { at: 1, ...each } }, cause);
  for (const event of one.events) events.add(event, cause);
  const recorded = [published, events]
    .flatMap(({ stream, events: list }) => list.map((event, revision) => ({ ...event, stream, revision })))
    .map((event, place): RecordedEvent => {
      return { ...event, position: (place + 1).toString(16).padStart(16, '0') as Position, recordedAt: 0 };
    });
  return {
    readAll: (after) => {
      const page = recorded.filter(({ position }) => position > after);
      return { events: page, position: page.at(-1)?.position ?? after, atEnd: true };
    },
  };
}

async function kindsIn(books: readonly PriceBook[], accounts?: string): Promise<readonly string[]> {
  const options = { priceBooks: new PriceBookCatalog(shippedPriceBooks), ...(accounts !== undefined && { accounts }) };
  const { findings } = await runAudit(toLog(books, account()), options);
  return findings.map(({ kind, stream }) => `${kind} ${stream}`);
}

describe('an audit of published price books', () => {
  it('prices every hold by what was published and agreed until then', async () => {
    expect(await kindsIn([book(1, '0.5'), book(2, '0.6')])).toEqual([]);
    expect(await kindsIn([book(1, '0.5'), book(2, '0.6')], 'ac')).toEqual([]);
  });

  it('finds holds that were not priced by the book', async () => {
    expect(await kindsIn([book(1, '0.4'), book(2, '0.6')])).toContain('price-table-wrong account-acme');
  });

  it('finds a book that was never published', async () => {
    expect(await kindsIn([book(1, '0.5')])).toContain('terms-invalid account-acme');
  });

  it.each<[string, PriceBook]>([
    ['a version that is not the next', book(3, '0.6')],
    ['a price that is none', book(2, '0.6000000001')],
  ])('finds %s', async (_, wrong) => {
    expect(await kindsIn([book(1, '0.5'), wrong])).toContain('price-book-invalid price-books');
  });
});
