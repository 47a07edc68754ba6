import { beforeAll, describe, expect, it } from '@jest/globals';
import { type AppendFailure, MemoryEventStore } from '#event-store';
import { scenarioDirectory } from '../../../test/support/driven-store.ts';
import { chained, findingsIn, inMemory, streamsIn, transferred, write } from '../testing/ledgers.ts';

let scenario: string;

beforeAll(async () => {
  scenario = await scenarioDirectory();
});

/** Many streams of one event and a few long ones, over several pages. */
async function wideLedger(): Promise<MemoryEventStore> {
  const source = new MemoryEventStore();
  for (let account = 0; account < 400; account += 1) {
    const stream = `account-${String(account)}`;
    await write(source, stream, chained(stream, account % 100 === 0 ? 500 : 1));
  }
  return source;
}

/** The first so many appends work, every further one fails. */
function failsAfter(appends: number, error: AppendFailure): MemoryEventStore['failAppend'] {
  let left = appends;
  return () => {
    left -= 1;
    return left < 0 ? error : undefined;
  };
}

const works = (): undefined => undefined;

describe('a copy that is interrupted', () => {
  it.each(['store-broken', 'store-unavailable', 'outcome-unknown'] as const)(
    'goes on where it stopped, wherever that was (%s)',
    async (error) => {
      const source = await wideLedger();
      const wanted = await streamsIn(source);
      for (const appends of [0, 1, 2, 63, 64, 65, 150, 300, 401]) {
        const target = new MemoryEventStore();
        target.failAppend = failsAfter(appends, error);
        await expect(transferred(source, target)).rejects.toMatchObject({ name: 'TransferStopped' });
        expect(target.appends).toBe(appends);
        const before = Object.values(await streamsIn(target)).flat().length;
        target.failAppend = works;
        const outcome = await transferred(source, target);
        expect(findingsIn(outcome)).toEqual([]);
        expect(outcome).toMatchObject({ copied: Object.values(wanted).flat().length - before });
        expect(await streamsIn(target)).toEqual(wanted);
      }
    },
  );

  it('says where it stopped and why', async () => {
    const target = new MemoryEventStore();
    target.failAppend = () => 'store-broken';
    await expect(transferred(await inMemory(scenario), target)).rejects.toThrow(
      /^account-acme 0 to \d+ could not be written: told to fail$/,
    );
  });

  it('copies nothing when it is run once more after its end', async () => {
    const source = await inMemory(scenario);
    const target = new MemoryEventStore();
    await transferred(source, target);
    const { appends } = target;
    expect(await transferred(source, target)).toMatchObject({ copied: 0 });
    expect(target.appends).toBe(appends);
  });
});

describe('an append of unknown outcome', () => {
  it('that was written is not written twice', async () => {
    const source = await inMemory(scenario);
    const target = new MemoryEventStore();
    const seen = new Set<string>();
    target.failAppend = (_, [first]) => {
      const id = first?.id ?? '';
      if (seen.has(id)) return undefined;
      seen.add(id);
      return 'commit-then-unknown';
    };
    expect(findingsIn(await transferred(source, target))).toEqual([]);
    expect(await streamsIn(target)).toEqual(await streamsIn(source));
    expect(target.appends).toBe(seen.size);
  });

  it('that is written late, while it is sent again, is not written twice', async () => {
    const source = await inMemory(scenario);
    const target = new MemoryEventStore();
    const tries = new Map<string, number>();
    target.failAppend = (_, [first]) => {
      const id = first?.id ?? '';
      const before = tries.get(id) ?? 0;
      tries.set(id, before + 1);
      if (before > 0) target.commitLate();
      return before === 0 ? 'commit-late' : undefined;
    };
    expect(findingsIn(await transferred(source, target))).toEqual([]);
    expect(await streamsIn(target)).toEqual(await streamsIn(source));
  });

  it('that another copy of the same ledger has made by then is as good', async () => {
    const source = await wideLedger();
    const target = new MemoryEventStore();
    const outcomes = await Promise.all([transferred(source, target), transferred(source, target)]);
    expect(outcomes.flatMap(findingsIn)).toEqual([]);
    expect(await streamsIn(target)).toEqual(await streamsIn(source));
  });
});
