import type { AccountProof, Checkpoint, CheckpointList, LogExportBody, LoggedExport } from '#contract';
import type { CallOptions, Done, Doors } from './doors.ts';

/** The doors to checkpoints, to proofs from them, and to the log of exports, one method each. */
export class ProofDoors {
  readonly #doors: Doors;

  constructor(doors: Doors) {
    this.#doors = doors;
  }

  /** A checkpoint that covers everything so far: the newest, or one that is signed now. Scope `operator`. */
  async checkpoint(options?: CallOptions): Promise<Checkpoint> {
    return (await this.#doors.send('makeCheckpoint', {}, {}, options)).json as Checkpoint;
  }

  /** The checkpoints, newest first, with every key that ever signed. */
  checkpoints(
    query: { readonly before?: number; readonly limit?: number } = {},
    options?: CallOptions,
  ): Promise<CheckpointList> {
    return this.#doors.read('listCheckpoints', {}, { ...query }, options);
  }

  /** Proves that the history of an account is part of the newest checkpoint. */
  prove(accountId: string, options?: CallOptions): Promise<AccountProof> {
    return this.#doors.read('getProof', { accountId }, {}, options);
  }

  /** Writes down who exported what. Scope `auditor`. */
  logExport(body: LogExportBody, options?: CallOptions): Promise<Done<LoggedExport>> {
    return this.#doors.command('logExport', {}, body, options);
  }
}
