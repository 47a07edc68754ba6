import { beforeEach, describe, expect, it } from '@jest/globals';
import { PriceBookRegistry, UnknownPrices } from '#application';
import { type PackSize, type PriceBook, type PriceStep, shippedPriceBooks } from '#domain';
import { MemoryEventStore } from '#event-store';
import { start } from '../../../../test/support/account-driver.ts';
import { HandClock } from '../../../../test/support/replica.ts';

const cause = { actor: 'test', correlationId: 'test' };

let store: MemoryEventStore;

function registry(): PriceBookRegistry {
  return new PriceBookRegistry(store, new HandClock(start), shippedPriceBooks);
}

function book(version: number, price = '1', name = 'ours'): PriceBook {
  const [first] = shippedPriceBooks;
  const [shape] = Object.values(first?.products ?? {});
  if (first === undefined || shape === undefined) throw new RangeError('books are shipped');
  return { ...first, name, version, products: { check: { ...shape, steps: [{ upTo: null, price }] } } };
}

function withSteps(steps: readonly PriceStep[]): PriceBook {
  const { products, ...rest } = book(1);
  const [shape] = Object.values(products);
  if (shape === undefined) throw new RangeError('the book has a product');
  return { ...rest, products: { check: { ...shape, steps } } };
}

function pack(units: number, price: string): PackSize {
  return { units, price, trial: false };
}

function withPacks(calls: readonly PackSize[]): PriceBook {
  return { ...book(1), packs: { calls } };
}

beforeEach(() => {
  store = new MemoryEventStore();
});

describe('the price books', () => {
  it('are published version by version, and a bare name pins the newest', async () => {
    const books = registry();
    expect(await books.publish(book(2), cause)).toEqual({ kind: 'not-next', next: 1 });
    expect(await books.publish(book(1), cause)).toMatchObject({ kind: 'published', at: start });
    expect(books.pin('ours')).toBe('ours@1');
    expect(await books.publish(book(3), cause)).toEqual({ kind: 'not-next', next: 2 });
    expect(await books.publish(book(2, '2'), cause)).toMatchObject({ kind: 'published' });
    expect([books.pin('ours'), books.pin('ours@1'), books.pin('ours@3')]).toEqual(['ours@2', 'ours@1', undefined]);
  });

  it('go on from the shipped ones, and never change one', async () => {
    const books = registry();
    expect(await books.publish(book(1, '1', 'dcloud-2023'), cause)).toEqual({ kind: 'differs', field: 'products' });
    expect(await books.publish(book(2, '1', 'dcloud-2023'), cause)).toMatchObject({ kind: 'published' });
  });

  it('answer the same version again, and refuse it with something else in it', async () => {
    const books = registry();
    await books.publish(book(1), cause);
    expect(await books.publish(book(1), cause)).toMatchObject({ kind: 'replayed', at: start, book: book(1) });
    expect(await books.publish(book(1, '2'), cause)).toEqual({ kind: 'differs', field: 'products' });
    expect((await store.readStream('price-books', 0, 10)).events.length).toBe(1);
  });

  it('are there after a restart, and in another process as soon as it looks', async () => {
    const [here, there] = [registry(), registry()];
    await there.refresh();
    await here.publish(book(1, '7.77'), cause);
    const table = here.tariff('ours@1', 'check')?.table?.hash ?? '';
    expect(() => there.tariff('ours@1', 'check')).toThrow(UnknownPrices);
    expect(() => there.table(table)).toThrow(UnknownPrices);
    await there.refresh();
    expect(there.table(table)).toEqual(here.table(table));
    expect(there.tariff('ours@1', 'other')).toBeUndefined();
    expect(await there.publish(book(2), cause)).toMatchObject({ kind: 'published' });
  });

  it('that two processes publish at once get one version each', async () => {
    const [here, there] = [registry(), registry()];
    const outcomes = await Promise.all([here.publish(book(1), cause), there.publish(book(1, '2'), cause)]);
    expect(outcomes.map(({ kind }) => kind).sort()).toEqual(['differs', 'published']);
  });

  it.each<[string, PriceBook, readonly string[]]>([
    ['a name that is none', book(1, '1', 'Ours'), ['name']],
    ['a version that is none', book(0), ['version']],
    ['another currency', { ...book(1), currency: 'USD' }, ['currency']],
    ['no product', { ...book(1), products: {} }, ['products']],
    ['a price of nine places', book(1, '0.123456789'), ['products', 'check', 'steps']],
    ['a price that is not canonical', book(1, '1.0'), ['products', 'check', 'steps']],
    ['a price below nothing', book(1, '-1'), ['products', 'check', 'steps']],
    ['packs of one size twice', withPacks([pack(5, '1'), pack(5, '2')]), ['packs', 'calls']],
    ['a pack of nothing', withPacks([pack(0, '1')]), ['packs', 'calls', '0']],
    ['a trial that costs', withPacks([{ ...pack(5, '1'), trial: true }]), ['packs', 'calls', '0']],
    ['a pack for nothing that is no trial', withPacks([pack(5, '0')]), ['packs', 'calls', '0']],
    ['a pack of nine places', withPacks([pack(4, '1'), pack(5, '0.123456789')]), ['packs', 'calls', '1']],
    ['no step', withSteps([]), ['products', 'check', 'steps']],
    ['a table with an end', withSteps([{ upTo: 5, price: '1' }]), ['products', 'check', 'steps']],
    [
      'steps that overlap',
      withSteps([
        { upTo: 5, price: '1' },
        { upTo: 5, price: '2' },
        { upTo: null, price: '3' },
      ]),
      ['products', 'check', 'steps'],
    ],
    [
      'an end before the last step',
      withSteps([
        { upTo: null, price: '1' },
        { upTo: null, price: '2' },
      ]),
      ['products', 'check', 'steps'],
    ],
  ])('are not published with %s', async (_, wrong, field) => {
    expect(await registry().publish(wrong, cause)).toMatchObject({ kind: 'invalid', error: { field } });
    expect((await store.readStream('price-books', 0, 10)).events).toEqual([]);
  });
});
