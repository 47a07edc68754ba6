import { type KeyRow, timeText, timeTextOrNull } from '#application';

/** A key as it is shown: without its text, which is shown once. */
export function keyAnswer({ keyId, name, scopes, accountPrefixes, at, expiresAt, revokedAt }: KeyRow): object {
  return {
    keyId,
    name,
    scopes,
    accountPrefixes,
    createdAt: timeText(at),
    expiresAt: timeTextOrNull(expiresAt),
    revokedAt: timeTextOrNull(revokedAt),
  };
}
