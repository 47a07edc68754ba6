import { timeText, timeTextOrNull } from '#application';
import type { Checkpoint, ExportMade, LedgerKey } from '#proofs';

export function checkpointAnswer({ at, number, ...rest }: Checkpoint): object {
  return { number, at: timeText(at), ...rest };
}

export function signingKeyAnswer({ at, keyId, publicKey, announcedBy, replaces, signature }: LedgerKey): object {
  return { keyId, publicKey, announcedBy, replaces, announcedAt: timeText(at), signature };
}

export function exportAnswer({ at, from, until, exportId, by, accounts, events, digest }: ExportMade): object {
  const period = { from: timeTextOrNull(from), until: timeTextOrNull(until) };
  return { exportId, at: timeText(at), by, accounts, ...period, events, digest };
}
