import { callForValue, once } from './methods.ts';

/** API keys. Scope `admin`. */
export const keys = {
  /**
   * Makes an API key; the answer shows it this once. Tried once, whatever happens, because a second try could make a
   * second key: after an error look at {@link keys.list} and revoke what nobody holds.
   */
  create: once('createKey'),
  /** All API keys, revoked ones included, without their secrets. */
  list: callForValue('listKeys'),
  /** Revokes an API key at once. */
  revoke: callForValue('revokeKey'),
};
