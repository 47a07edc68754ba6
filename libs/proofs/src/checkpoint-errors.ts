/** The signing key is not the one that the ledger signs with. */
export class ForeignKey extends Error {
  override readonly name = 'ForeignKey';
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
