/** Why a backup or a restore was not made. What the message says is all that has to be known. */
export class BackupError extends Error {
  override readonly name = 'BackupError';
}
