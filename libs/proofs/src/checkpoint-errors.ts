/** The signing key is not the one that the ledger signs with. */
export class ForeignKey extends Error {
  override readonly name = 'ForeignKey';
  /** Of the key that the ledger signs with. */
  readonly keyId: string;
  /** This process has none. */
  readonly isMissing: boolean;

  /** @param mine the key that this process would sign with; undefined: it has none. */
  constructor(mine: string | undefined, keyId: string) {
    const own = mine === undefined ? 'this process has no signing key' : `this process signs with ${mine}`;
    super(`${own}, the ledger with ${keyId}`);
    this.keyId = keyId;
    this.isMissing = mine === undefined;
  }
}

/** The streams of this store are not as the newest checkpoint has them, so nothing can be proven from it. */
export class CheckpointNotShown extends Error {
  override readonly name = 'CheckpointNotShown';

  constructor(number: number) {
    super(
      `the streams are not as checkpoint ${String(number)} has them: the ledger was copied here since, and the next ` +
        'checkpoint can be proven from; or it was changed: have it audited',
    );
  }
}
