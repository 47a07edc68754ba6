import { setImmediate as nextTurn } from 'node:timers/promises';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { Clock, KeyRegistry, type KeyWanted } from '#application';
import type { StreamPage } from '#application/ports';
import { MemoryEventStore } from '#event-store';

class NoonClock extends Clock {
  override now(): number {
    return 1_769_659_200_000;
  }

  override untrusted(): undefined {
    return undefined;
  }
}

/** The store in memory, of which one read can be answered late: with what stood there when it was asked. */
class LateReads extends MemoryEventStore {
  reads = 0;
  #late: Promise<void> | undefined;

  /** Keeps the next read waiting; call what is returned to let it through. */
  holdNextRead(): () => void {
    let open: () => void = () => undefined;
    this.#late = new Promise((resolve) => {
      open = resolve;
    });
    return open;
  }

  override async readStream(stream: string, from: number, limit: number): Promise<StreamPage> {
    const late = this.#late;
    this.#late = undefined;
    this.reads += 1;
    const page = await super.readStream(stream, from, limit);
    await late;
    return page;
  }
}

const cause = { actor: 'test', correlationId: 'test' };

function wanted(name: string): KeyWanted {
  return { name, scopes: ['gateway'], accountPrefixes: null, expiresAt: null };
}

let store: LateReads;
let broken: unknown[];

function registry(): KeyRegistry {
  return new KeyRegistry(store, new NoonClock(), undefined, (reason) => broken.push(reason));
}

beforeEach(() => {
  store = new LateReads();
  broken = [];
});

describe('the API keys', () => {
  it('are all made when fifty are asked for at once', async () => {
    const keys = registry();
    const names = Array.from({ length: 50 }, (_, n) => `gateway ${String(n)}`);
    const made = await Promise.all(names.map((name) => keys.create(wanted(name), cause)));
    expect(made.filter((one) => keys.authenticate(one?.text ?? '') === undefined)).toEqual([]);
    expect(keys.list().map(({ name }) => name)).toEqual(names);
  });

  it('go on being made after one could not be', async () => {
    const keys = registry();
    store.failAppend = () => 'store-unavailable';
    await expect(keys.create(wanted('first'), cause)).rejects.toMatchObject({ code: 'store-unavailable' });
    store.failAppend = () => undefined;
    expect(await keys.create(wanted('second'), cause)).toBeDefined();
    expect(broken).toEqual([]);
  });

  it('are made once, and told, though the store does not say that it has written them', async () => {
    const keys = registry();
    store.failAppend = () => {
      store.failAppend = () => undefined;
      return 'commit-then-unknown';
    };
    const made = await keys.create(wanted('gateway'), cause);
    expect(keys.authenticate(made?.text ?? '')).toMatchObject({ keyId: made?.row.keyId });
    expect(keys.list().map(({ name }) => name)).toEqual(['gateway']);
    expect((await store.readStream('keys', 0, 10)).events.length).toBe(1);
  });

  it('stay revoked, though a read from before the revocation is answered late', async () => {
    const made = await registry().create(wanted('gateway'), cause);
    if (made === undefined) throw new TypeError('there is room for a key');
    const keys = registry();
    const letThrough = store.holdNextRead();
    const late = keys.refresh();
    expect(await keys.revoke(made.row.keyId, cause)).toBe(true);
    expect(keys.authenticate(made.text)).toBeUndefined();
    letThrough();
    await late;
    expect(keys.authenticate(made.text)).toBeUndefined();
    expect(await keys.create(wanted('another'), cause)).toBeDefined();
  });

  it('say so when the store must not be written to any more', async () => {
    store.failAppend = () => 'store-broken';
    await expect(registry().create(wanted('gateway'), cause)).rejects.toMatchObject({ code: 'store-broken' });
    expect(broken).toMatchObject([{ code: 'store-broken' }]);
  });

  it('made by another process a moment ago are known as soon as they are looked for', async () => {
    const here = registry();
    const letThrough = store.holdNextRead();
    // A read that began before the key was made does not answer for it.
    const early = here.findKey(`hf_live_unknownkeyab_${'s'.repeat(43)}`);
    await nextTurn();
    expect(store.reads).toBe(1);
    const made = await registry().create(wanted('gateway'), cause);
    const found = here.findKey(made?.text ?? '');
    letThrough();
    expect(await found).toMatchObject({ keyId: made?.row.keyId });
    expect(await early).toBeUndefined();
  });

  it('are not read again for each of many unknown ones, nor for a wrong secret of a known one', async () => {
    const made = await registry().create(wanted('gateway'), cause);
    const here = registry();
    await here.refresh();
    const before = store.reads;
    const strangers = Array.from(
      { length: 100 },
      (_, n) => `hf_live_${String.fromCharCode(97 + (n % 26)).repeat(11)}${String(2 + (n % 8))}_${'s'.repeat(43)}`,
    );
    const wrong = `${(made?.text ?? '').slice(0, -3)}xyz`;
    const found = await Promise.all([...strangers, wrong, 'not a key'].map((text) => here.findKey(text)));
    expect(new Set(found)).toEqual(new Set([undefined]));
    expect(store.reads - before).toBeLessThanOrEqual(2);
  });
});
