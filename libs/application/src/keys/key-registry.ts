import { timingSafeEqual } from 'node:crypto';
import { chainStart } from '#domain';
import { ChainedEvents, type Cause } from '../lanes/chained-events.ts';
import { readPageMax } from '../limits.ts';
import { type Clock } from '../ports/clock.ts';
import { type EventStore, eventStoreErrorCode } from '../ports/event-store.ts';
import { decodeKeyEvent, keysStream, scopes, type KeyCreated, type KeyEvent, type Scope } from './key-events.ts';
import { digestOf, keyIdOf, makeKey } from './key-text.ts';

/** Who calls. */
export interface Principal {
  readonly keyId: string;
  readonly scopes: ReadonlySet<Scope>;
  /** Null: all accounts. */
  readonly accountPrefixes: readonly string[] | null;
  /** ms since 1970; null: never. */
  readonly expiresAt: number | null;
}

/** `accountPrefixes`: null reaches all accounts. `expiresAt`: ms since 1970; null: never. */
export interface KeyWanted {
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly accountPrefixes: readonly string[] | null;
  readonly expiresAt: number | null;
}

/** A key as lists show it: everything but the secret. */
export interface KeyRow extends Omit<KeyCreated, 'digest'> {
  readonly revokedAt: number | null;
}

/** A key that was just made, with its text. */
export interface NewKeyRow {
  readonly row: KeyRow;
  readonly text: string;
}

/** Most keys that can exist, revoked ones included. */
export const keysMax = 10_000;

/** How often a change is tried again because another process changed the keys first. */
const conflictTriesMax = 5;

/** The name under which the bootstrap secret appears as an actor. */
export const bootstrapKeyId = 'admin';

const everything: Principal = {
  keyId: bootstrapKeyId,
  scopes: new Set(scopes),
  accountPrefixes: null,
  expiresAt: null,
};

/** The API keys: created and revoked as events of one stream, kept in memory, looked up by the whole key text. */
export class KeyRegistry {
  readonly #store: EventStore;
  readonly #clock: Clock;
  readonly #bootstrapDigest: string | undefined;
  readonly #storeBroke: (cause: unknown) => void;
  readonly #keys = new Map<string, { created: KeyCreated; revokedAt: number | null }>();
  /** Key texts that were found good, so that a request costs a look-up and no hash. */
  #verified = new Map<string, Principal>();
  #revision = -1;
  #hash = chainStart;
  /** Ends when the last read that was asked for by {@link lookFor} has; never rejects. */
  #refreshing: Promise<unknown> = Promise.resolve();
  #next: Promise<void> | undefined;
  /** Ends when the last change so far has: each waits for the one before it, or they would only make each other fail. */
  #lastChange: Promise<unknown> = Promise.resolve();

  /**
   * @param bootstrapSecret has all scopes; undefined: there is none.
   * @param storeBroke the store must not be written to any more: the process has to end.
   */
  constructor(
    store: EventStore,
    clock: Clock,
    bootstrapSecret: string | undefined,
    storeBroke: (cause: unknown) => void,
  ) {
    this.#store = store;
    this.#clock = clock;
    this.#bootstrapDigest = bootstrapSecret === undefined ? undefined : digestOf(bootstrapSecret);
    this.#storeBroke = storeBroke;
  }

  /**
   * Who has this key, looked for among those that another process may just have made; undefined if nobody has.
   *
   * @throws EventStoreError if the keys cannot be read.
   */
  async lookFor(text: string): Promise<Principal | undefined> {
    const keyId = keyIdOf(text);
    // Nothing that could be read would make a wrong secret right.
    if (keyId === undefined || this.#keys.has(keyId)) return this.authenticate(text);
    await this.#nextRefresh();
    return this.authenticate(text);
  }

  /** Reads what was written since the last time. */
  async refresh(): Promise<void> {
    for (;;) {
      const { events, head } = await this.#store.readStream(keysStream, this.#revision + 1, readPageMax);
      for (const event of events) {
        // Another read, asked for later, may have been answered earlier.
        if (event.revision <= this.#revision) continue;
        this.#fold(decodeKeyEvent(event.type, event.data));
        this.#revision = event.revision;
        this.#hash = event.hash;
      }
      if (events.length === 0 || this.#revision >= head) return;
    }
  }

  /** Who has this key; undefined if nobody has, or not any more. */
  authenticate(text: string): Principal | undefined {
    const principal = this.#verified.get(text) ?? this.#verify(text);
    if (principal === undefined) return undefined;
    const expired = principal.expiresAt !== null && principal.expiresAt <= this.#clock.now();
    return expired ? undefined : principal;
  }

  list(): readonly KeyRow[] {
    return [...this.#keys.values()].map(({ created, revokedAt }) => {
      const { at, keyId, name, scopes: granted, accountPrefixes, expiresAt } = created;
      return { at, keyId, name, scopes: granted, accountPrefixes, expiresAt, revokedAt };
    });
  }

  /** Makes a key; its text is returned this once and never stored. Undefined: there are {@link keysMax} already. */
  create(wanted: KeyWanted, cause: Cause): Promise<NewKeyRow | undefined> {
    return this.#inTurn(() => this.#create(wanted, cause));
  }

  /** Revokes a key at once; a second time changes nothing. False: there is no such key. */
  revoke(keyId: string, cause: Cause): Promise<boolean> {
    return this.#inTurn(() => this.#revoke(keyId, cause));
  }

  /** One that begins after this call, for all who call until then: a crowd with bad keys costs one read at a time. */
  #nextRefresh(): Promise<void> {
    this.#next ??= this.#refreshing.then(() => {
      this.#next = undefined;
      const refreshing = this.refresh();
      this.#refreshing = refreshing.catch(() => undefined);
      return refreshing;
    });
    return this.#next;
  }

  async #inTurn<Changed>(change: () => Promise<Changed>): Promise<Changed> {
    const changed = this.#lastChange.then(change);
    this.#lastChange = changed.catch(() => undefined);
    try {
      return await changed;
    } catch (error) {
      if (eventStoreErrorCode(error) === 'store-broken') this.#storeBroke(error);
      throw error;
    }
  }

  async #create(wanted: KeyWanted, cause: Cause): Promise<NewKeyRow | undefined> {
    if (this.#keys.size >= keysMax) return undefined;
    const { keyId, text } = makeKey();
    const { name, scopes: granted, accountPrefixes, expiresAt } = wanted;
    const row = { at: this.#clock.now(), keyId, name, scopes: granted, accountPrefixes, expiresAt };
    await this.#append(() => ({ type: 'key-created.v1', data: { ...row, digest: digestOf(text) } }), cause);
    return { row: { ...row, revokedAt: null }, text };
  }

  async #revoke(keyId: string, cause: Cause): Promise<boolean> {
    await this.refresh();
    if (!this.#keys.has(keyId)) return false;
    await this.#append(() => {
      if (this.#keys.get(keyId)?.revokedAt !== null) return undefined;
      return { type: 'key-revoked.v1', data: { at: this.#clock.now(), keyId } };
    }, cause);
    return true;
  }

  #verify(text: string): Principal | undefined {
    const digest = digestOf(text);
    if (this.#bootstrapDigest !== undefined && sameDigest(digest, this.#bootstrapDigest)) return everything;
    const key = this.#keys.get(keyIdOf(text) ?? '');
    if (key === undefined || key.revokedAt !== null || !sameDigest(digest, key.created.digest)) return undefined;
    const { keyId, accountPrefixes, expiresAt } = key.created;
    const principal = { keyId, scopes: new Set(key.created.scopes), accountPrefixes, expiresAt };
    this.#verified.set(text, principal);
    return principal;
  }

  /** Appends what `decide` says on the newest state; nothing if it says undefined. */
  async #append(decide: () => KeyEvent | undefined, cause: Cause): Promise<void> {
    for (let attempt = 0; ; attempt += 1) {
      await this.refresh();
      const event = decide();
      if (event === undefined) return;
      const chain = new ChainedEvents(keysStream, this.#revision, this.#hash);
      chain.add(event, cause);
      try {
        await this.#store.append(keysStream, this.#revision, chain.events);
        await this.refresh();
        return;
      } catch (error) {
        if (eventStoreErrorCode(error) !== 'revision-conflict' || attempt >= conflictTriesMax) throw error;
      }
    }
  }

  #fold(event: KeyEvent): void {
    const { keyId } = event.data;
    if (event.type === 'key-created.v1') {
      this.#keys.set(keyId, { created: event.data, revokedAt: null });
      return;
    }
    const key = this.#keys.get(keyId);
    if (key !== undefined) this.#keys.set(keyId, { ...key, revokedAt: event.data.at });
    this.#verified = new Map();
  }
}

function sameDigest(left: string, right: string): boolean {
  return timingSafeEqual(Buffer.from(left), Buffer.from(right));
}
