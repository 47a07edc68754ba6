/** What a key may do. `admin` manages keys, `operator` accounts and money, `gateway` holds; `auditor` reads everything. */
export const scopes = ['gateway', 'operator', 'auditor', 'admin'] as const;

export type Scope = (typeof scopes)[number];

export interface KeyCreated {
  readonly at: number;
  readonly keyId: string;
  readonly name: string;
  /** SHA-256 of the whole key text, 64 lower-case hex digits. The key itself is never stored. */
  readonly digest: string;
  readonly scopes: readonly Scope[];
  /** The key may touch only accounts whose ids start with one of these; null: all accounts. */
  readonly accountPrefixes: readonly string[] | null;
  readonly expiresAt: number | null;
}

export interface KeyRevoked {
  readonly at: number;
  readonly keyId: string;
}

export type KeyEvent =
  | { readonly type: 'key-created.v1'; readonly data: KeyCreated }
  | { readonly type: 'key-revoked.v1'; readonly data: KeyRevoked };

/** The stream of all key events. */
export const keysStream = 'keys';

/**
 * Reads a key event back.
 *
 * @throws TypeError for an unknown type: whoever may call must never be guessed.
 */
export function decodeKeyEvent(type: string, text: string): KeyEvent {
  switch (type) {
    case 'key-created.v1':
      return { type, data: JSON.parse(text) as KeyCreated };
    case 'key-revoked.v1':
      return { type, data: JSON.parse(text) as KeyRevoked };
    default:
      throw new TypeError(`${type}: no key event of this type is known`);
  }
}
