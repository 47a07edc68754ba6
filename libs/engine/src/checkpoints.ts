import { statSync } from 'node:fs';
import { Checkpoints, type CheckpointsParts, ensureSigningKeys, ForeignKey, readSigningKeys } from '#proofs';
import type { Config, Logger } from '#runtime';
import { CannotStart } from './cannot-start.ts';

/** Most lines of the file that are told, of a kind. */
const listedMax = 20;

const operatorCause = { actor: 'holdfast', correlationId: 'accepted at the start' };

/** The checkpoints of one process, as the configuration says. */
export function openCheckpoints(
  { signingKeyFile, checkpointEveryMs, checkpointFile }: Config,
  logger: Logger,
  parts: Pick<CheckpointsParts, 'store' | 'readModels' | 'wakeReadModels' | 'heads' | 'clock' | 'onFatalStoreError'>,
): Checkpoints {
  return new Checkpoints({
    ...parts,
    keys: (mayMake) => {
      if (!mayMake) return readSigningKeys(signingKeyFile);
      return ensureSigningKeys(signingKeyFile, () => {
        logger.info({ file: signingKeyFile }, 'a signing key was created; it is in this file');
      });
    },
    everyMs: checkpointEveryMs,
    outsideFile: checkpointFile,
    failed: (cause) => {
      logger.warn(
        { err: cause },
        'checkpoint failed: it was not made, not read back or not written to the checkpoint file; the next one tries again',
      );
    },
  });
}

/**
 * To be asked before anything is appended. A log that has lost its end, as after a restore, would give numbers of checkpoints
 * away a second time, and customers events that they already know otherwise.
 *
 * @throws CannotStart unless the log is as the checkpoints outside have it, or that it is not was accepted.
 */
export async function assertAsOutside(checkpoints: Checkpoints, config: Config, logger: Logger): Promise<void> {
  const { checkpointFile: file = '', acceptTruncation } = config;
  const { difference, torn, damaged } = await checkpoints.comparedOutside().catch((error: unknown) => {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === undefined || code === 'store-unavailable') throw error;
    throw new CannotStart(`HOLDFAST_CHECKPOINT_FILE cannot be read: ${message}`);
  });
  if (torn.length + damaged.length > 0) {
    logger.warn(
      {
        file,
        tornLines: torn.slice(0, listedMax),
        damagedCheckpoints: damaged.slice(0, listedMax).map(({ number }) => number),
      },
      'lines of this file are torn or their signatures are wrong: they prove nothing, and the checkpoints that the log has are written again',
    );
  }
  if (difference === undefined) {
    const { size } = statSync(file, { throwIfNoEntry: false }) ?? { size: 0 };
    if (file === '' || size > 0 || (await checkpoints.newest()) === undefined) return;
    logger.warn(
      { file },
      'this file has no checkpoint, so nothing outside proves the log; the checkpoints of the log are written to it',
    );
    return;
  }
  const { foreign, from, newest, last } = difference;
  if (foreign) {
    throw new CannotStart(
      `${file} has checkpoint ${String(last.number)}, signed by the key ${last.keyId}, which this ledger has never had, and ` +
        'none of its own: it belongs to another ledger. Give each a file of its own (HOLDFAST_CHECKPOINT_FILE); if the ' +
        'log was emptied, restore it',
    );
  }
  const here = await checkpoints.eventsHere();
  const missing = last.events - here;
  const what =
    from > newest
      ? `the log ends before checkpoint ${String(last.number)} of ${file}: its newest is ${String(newest)}`
      : `checkpoint ${String(from)} of ${file} is another in the log, which has gone on from an earlier end`;
  const lack =
    missing > 0
      ? `checkpoint ${String(last.number)} covers ${String(last.events)} events and the log has ${String(here)}: ` +
        `${String(missing)} are missing`
      : `checkpoint ${String(last.number)} covers ${String(last.events)} events; the log has ${String(here)}, but not these`;
  if (!acceptTruncation) {
    throw new CannotStart(
      `${what}. ${lack}. Put the whole log back; or, if they are lost for good, start once with ` +
        'HOLDFAST_ACCEPT_TRUNCATION=true, which is recorded as an event',
    );
  }
  await checkpoints.acceptTruncation(difference, operatorCause);
  logger.warn(
    { file, from, number: last.number, missing },
    'truncation of the log accepted: events are missing, and that is recorded as an event',
  );
}

/**
 * To be asked of a process that makes checkpoints. Without the ledger's key none could follow, and nobody would notice.
 *
 * @throws CannotStart unless it has that key, or a new one in its place was accepted; SigningKeyError.
 */
export async function assertCanSign(checkpoints: Checkpoints, config: Config, logger: Logger): Promise<void> {
  const { signingKeyFile: file, acceptLostKeys } = config;
  try {
    await checkpoints.ownKeys.assertCanSign();
  } catch (error) {
    if (!(error instanceof ForeignKey)) throw error;
    if (!acceptLostKeys) {
      const what = error.isMissing ? 'there is no signing key in it' : 'the key in it is another';
      throw new CannotStart(
        `${file}: ${what}, and this ledger's checkpoints are signed by the key ${error.keyId}. Put that key back ` +
          '(signing.key of a backup with keys); or, if every copy is lost, start once with ' +
          'HOLDFAST_ACCEPT_LOST_KEYS=true: then a new one is announced in its place, in an event that it does not vouch for',
      );
    }
    const { keyId } = await checkpoints.ownKeys.replaceLost(operatorCause);
    logger.warn({ file, keyId, lost: error.keyId }, 'lost signing key replaced: a new one was announced');
  }
}
