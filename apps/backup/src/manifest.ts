import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { BackupError } from './backup-error.ts';
import type { CheckedLog } from './checked-log.ts';
import { keyFileNames } from './key-files.ts';

export const manifestFile = 'manifest.json';

/** Version of the folder's shape; another is not read. */
const formatKnown = 'holdfast-backup-1';

/** What a backup may hold besides its manifest. No other name is ever read or written. */
export const backedUpFiles = ['events.db', 'ledger.json', ...keyFileNames] as const;

const count = z.int().min(0);
const digest = z.string().regex(/^[0-9a-f]{64}$/);

const shape = z.object({
  format: z.literal(formatKnown),
  /** Version of the program that made it. */
  product: z.string(),
  /** In which its events are stored; missing: that build recorded none. */
  formats: z.string().optional(),
  madeAt: z.iso.datetime(),
  source: z.object({ eventStore: z.literal('sqlite'), namespace: z.string(), createdAt: z.string().nullable() }),
  log: z.object({
    events: count,
    streams: count,
    /** Of the last event, as the store has it; null: there are none. */
    lastPosition: z.string().nullable(),
    last: z.object({ stream: z.string(), revision: count, hash: digest, recordedAt: z.string() }).nullable(),
    /** How many errors the check of the copy found. */
    findings: count,
  }),
  /** The newest checkpoint in the log. */
  checkpoint: z
    .object({ number: count, events: count, root: digest, keyId: z.string(), at: z.iso.datetime() })
    .nullable(),
  keys: z.object({
    included: z.array(z.enum(keyFileNames)),
    missing: z.array(z.object({ file: z.enum(keyFileNames), why: z.string(), follows: z.string() })),
  }),
  files: z.array(z.object({ name: z.enum(backedUpFiles), bytes: count, sha256: digest })).min(1),
});

/** What a backup says of itself. */
export type Manifest = z.infer<typeof shape>;

export function manifestText(manifest: Omit<Manifest, 'format'>): string {
  return `${JSON.stringify({ format: formatKnown, ...manifest }, null, 2)}\n`;
}

/** What a manifest says of a log that was read from its beginning to its end. */
export function readContents({
  events,
  streams,
  last,
  found,
  chain: { newest },
}: CheckedLog): Pick<Manifest, 'log' | 'checkpoint'> {
  return {
    log: {
      events,
      streams,
      lastPosition: last?.position ?? null,
      last:
        last === undefined
          ? null
          : {
              stream: last.stream,
              revision: last.revision,
              hash: last.hash,
              recordedAt: new Date(last.recordedAt).toISOString(),
            },
      findings: found,
    },
    checkpoint:
      newest === undefined
        ? null
        : {
            number: newest.number,
            events: newest.events,
            root: newest.root,
            keyId: newest.keyId,
            at: new Date(newest.at).toISOString(),
          },
  };
}

/** @throws BackupError if the folder is no whole backup, or one that this program does not know. */
export function manifestIn(folder: string): Manifest {
  const file = join(folder, manifestFile);
  let read: unknown;
  try {
    read = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new BackupError(`${folder}: there is no whole backup in it: ${manifestFile} ${code ?? 'is no JSON'}`);
  }
  const result = shape.safeParse(read);
  if (!result.success) {
    const [issue] = result.error.issues;
    const where = issue?.path.join('.') ?? '';
    throw new BackupError(`${file}: this is no backup that this version knows: ${where} ${issue?.message ?? ''}`);
  }
  const names = result.data.files.map(({ name }) => name);
  if (!names.includes('events.db') || new Set(names).size !== names.length) {
    throw new BackupError(`${file}: it has to name events.db, and each file once`);
  }
  const missing = result.data.keys.included.find((name) => !names.includes(name));
  if (missing !== undefined)
    throw new BackupError(`${file}: it says that ${missing} is included, and does not name the file`);
  return result.data;
}
