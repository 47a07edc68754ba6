import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { BackupMade } from './backup.ts';
import type { CheckedLog } from './checked-log.ts';
import { keyIdsIn } from './outside.ts';
import type { Restored } from './restore.ts';

/** What was read of a copy, and what of it was compared. */
function checkedLine({ events, streams, found, chain: { newest } }: CheckedLog): string {
  const root = newest === undefined ? 'no checkpoint' : `the root of checkpoint ${String(newest.number)}`;
  return (
    `checked: ${String(events)} events in ${String(streams)} streams: the pages of the file, every hash and id, ${root}: ` +
    `${String(found)} findings`
  );
}

function findingLines({ findings, found }: CheckedLog): readonly string[] {
  const more = found > findings.length ? [`… the first ${String(findings.length)} of ${String(found)} are shown`] : [];
  return [...findings.map((finding) => `finding: ${finding}`), ...more];
}

export function backupLines(to: string, { manifest, log }: BackupMade): readonly string[] {
  const { included, missing } = manifest.keys;
  return [
    `backup: ${to}`,
    ...findingLines(log),
    checkedLine(log),
    included.length === 0 ? 'keys: none is in it' : `keys: ${included.join(', ')}: keep this folder as you keep them`,
    ...missing.map(({ file, why, follows }) => `without ${file}, which ${why}: ${follows}`),
  ];
}

/** What the restored ledger is, and what others know that it does not. */
export function restoreLines(directory: string, { manifest, log, aside, eventsBefore }: Restored): readonly string[] {
  const { last, chain, webhooks } = log;
  const until = last === undefined ? manifest.madeAt : new Date(last.recordedAt).toISOString();
  return [
    `restored: ${directory}, as it was at ${manifest.madeAt}`,
    ...findingLines(log),
    checkedLine(log),
    ...(aside === undefined ? [] : [`the old files are in ${aside}; delete them when you are sure`]),
    ...(eventsBefore === undefined
      ? []
      : [`the old log has ${String(eventsBefore)} events, this one ${String(log.events)}`]),
    ...keyLines(directory, log),
    `What was answered after ${until} is gone here, and known elsewhere:`,
    '- clients that ask again with the same ids have their commands carried out again;',
    '- payment channels do not send notices again that were answered: ask them for all payments since, and post these;',
    webhooks === 0
      ? '- no webhook says that it is gone;'
      : `- ${String(webhooks)} webhook endpoints may have received events that are gone, and receive some of the others again;`,
    chain.newest === undefined
      ? '- checkpoints that were kept outside cover what is gone.'
      : `- checkpoints after number ${String(chain.newest.number)} that were kept outside cover what is gone.`,
  ];
}

function keyLines(directory: string, { chain, webhooks }: CheckedLog): readonly string[] {
  const signing = chain.key?.keyId;
  const lines: string[] = [];
  if (signing !== undefined && !keyIdsIn(directory).includes(signing)) {
    lines.push(
      `signing.key in ${directory} is not the key ${signing} that signs this ledger's checkpoints: put it there, or name its ` +
        'place in HOLDFAST_SIGNING_KEY_FILE; if it is lost, start once with HOLDFAST_ACCEPT_LOST_KEYS=true',
    );
  }
  if (webhooks > 0 && !existsSync(join(directory, 'webhook.key'))) {
    lines.push(
      `webhook.key is not in ${directory}, and seals the secrets of ${String(webhooks)} webhook endpoints: put it there, or set ` +
        'HOLDFAST_WEBHOOK_KEY; if it is lost, start once with HOLDFAST_ACCEPT_LOST_KEYS=true',
    );
  }
  return lines;
}
