import { timingSafeEqual } from 'node:crypto';
import type { Cause } from '../pipeline/chained-events.ts';
import { type Clock } from '../ports/clock.ts';
import type { EventStore } from '../ports/event-store.ts';
import { EventSourcedRegister } from './event-sourced-register.ts';
import { decodeKeyEvent, type KeyCreated, type KeyEvent, keysStream, type Scope, scopes } from './key-events.ts';
import { hashKey, makeKey, readKeyId } from './key-text.ts';

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
  readonly #register: EventSourcedRegister<KeyEvent>;
  readonly #clock: Clock;
  readonly #bootstrapDigest: string | undefined;
  readonly #keys = new Map<string, { created: KeyCreated; revokedAt: number | null }>();
  /** Key texts that were found good, so that a request costs a look-up and no hash. */
  #verified = new Map<string, Principal>();

  /**
   * @param bootstrapSecret has all scopes; undefined: there is none.
   * @param onFatalStoreError the store must not be written to any more: the process has to end.
   */
  constructor(
    store: EventStore,
    clock: Clock,
    bootstrapSecret: string | undefined,
    onFatalStoreError: (cause: unknown) => void,
  ) {
    const fold = ({ type, data }: { type: string; data: string }): void => {
      this.#fold(decodeKeyEvent(type, data));
    };
    this.#register = new EventSourcedRegister({ stream: keysStream, store, fold, onFatalStoreError });
    this.#clock = clock;
    this.#bootstrapDigest = bootstrapSecret === undefined ? undefined : hashKey(bootstrapSecret);
  }

  /**
   * Who has this key, looked for among those that another process may just have made; undefined if nobody has.
   *
   * @throws EventStoreError if the keys cannot be read.
   */
  async findKey(text: string): Promise<Principal | undefined> {
    const keyId = readKeyId(text);
    // Nothing that could be read would make a wrong secret right.
    if (keyId === undefined || this.#keys.has(keyId)) return this.authenticate(text);
    await this.#register.refreshTogether();
    return this.authenticate(text);
  }

  /** Reads what was written since the last time. */
  refresh(): Promise<void> {
    return this.#register.refresh();
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
    const { keyId, text } = makeKey();
    const { name, scopes: granted, accountPrefixes, expiresAt } = wanted;
    return this.#register.change(() => {
      if (this.#keys.size >= keysMax) return { result: undefined };
      const row = { at: this.#clock.now(), keyId, name, scopes: granted, accountPrefixes, expiresAt };
      const event = { type: 'key-created.v1', data: { ...row, digest: hashKey(text) } } as const;
      return { event, result: { row: { ...row, revokedAt: null }, text } };
    }, cause);
  }

  /** Revokes a key at once; a second time changes nothing. False: there is no such key. */
  revoke(keyId: string, cause: Cause): Promise<boolean> {
    return this.#register.change(() => {
      const key = this.#keys.get(keyId);
      if (key === undefined || key.revokedAt !== null) return { result: key !== undefined };
      return { event: { type: 'key-revoked.v1', data: { at: this.#clock.now(), keyId } }, result: true };
    }, cause);
  }

  #verify(text: string): Principal | undefined {
    const digest = hashKey(text);
    if (this.#bootstrapDigest !== undefined && sameDigest(digest, this.#bootstrapDigest)) return everything;
    const key = this.#keys.get(readKeyId(text) ?? '');
    if (key === undefined || key.revokedAt !== null || !sameDigest(digest, key.created.digest)) return undefined;
    const { keyId, accountPrefixes, expiresAt } = key.created;
    const principal = { keyId, scopes: new Set(key.created.scopes), accountPrefixes, expiresAt };
    this.#verified.set(text, principal);
    return principal;
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
