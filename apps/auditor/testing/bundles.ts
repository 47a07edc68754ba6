import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { chainHash, chainStart, eventIdFromHash, type PriceBook, shippedPriceBooks } from '#domain';
import type { OutsideCheckpoint } from '#proofs';
import { CheckpointedStore, Memory } from '../../../test/support/checkpointed-store.ts';
import { deposit, freeze, openAccount, release, settle } from '../../../test/support/commands.ts';
import { freezeUnits, runScenario } from '../../../test/support/driven-store.ts';
import { scratchDirectory } from '../../../test/support/scratch-directory.ts';
import { Packer } from '../src/bundle/container.ts';
import { exportBundle, type Selection } from '../src/bundle/export-bundle.ts';
import { LineChecksums } from '../src/bundle/line-checksums.ts';
import { PackedLines } from '../src/bundle/packed-lines.ts';
import type { AuditReport } from '../src/index.ts';
import { AuditScope, type Partition, wholePartition } from '../src/source/audit-scope.ts';
import { openLog, openStreams } from '../src/source/open-log.ts';
import { verifyUnpacked } from '../src/verify/verify-unpacked.ts';
import { expectSame, joinReports } from './in-partitions.ts';

export interface Ledger {
  readonly directory: string;
  readonly outside: readonly OutsideCheckpoint[];
}

export const whole: Selection = { accounts: null, from: null, until: null };

/** Two accounts with a few events each, and one checkpoint a second before the last of them. */
export async function smallLedger(): Promise<Ledger> {
  const directory = scratchDirectory();
  const store = await CheckpointedStore.open(directory);
  await store.driven.run('acme', openAccount('acme'), deposit('d1', '10'));
  await store.driven.run('beta', openAccount('beta'));
  await store.driven.run('acme', freeze('h1', '1'), settle('h1'));
  await store.checkpoint();
  store.driven.clock.time += 1_000;
  await store.driven.run('acme', freeze('h2', '2'));
  await store.close();
  return { directory, outside: store.outside };
}

/** The driven store's scenario, with four checkpoints. */
export async function largeLedger(): Promise<Ledger> {
  const directory = scratchDirectory();
  const store = await CheckpointedStore.open(directory);
  await store.driven.run('first', openAccount('first'), deposit('d1', '10'));
  await store.checkpoint();
  await runScenario(store.driven);
  await store.checkpoint();
  for (let call = 0; call < 60; call += 1) {
    store.driven.clock.time += 1_000;
    await store.driven.run('acme', freezeUnits(`more-${String(call)}`, 1));
    if (call % 2 === 0) await store.driven.run('acme', settle(`more-${String(call)}`));
    if (call % 2 === 1) await store.driven.run('acme', release(`more-${String(call)}`));
    if (call === 30) await store.checkpoint();
  }
  await store.checkpoint();
  await store.driven.run('first', deposit('d2', '10'));
  await store.close();
  return { directory, outside: store.outside };
}

export async function packLines(
  { directory }: Ledger,
  selection: Selection = whole,
  priceBooks: readonly PriceBook[] = shippedPriceBooks,
): Promise<Buffer> {
  const file = join(directory, 'events.db');
  const [log, streams] = [openLog(file), openStreams(file)];
  const { eventsToRead } = log;
  const source = { eventsToRead, readAll: log.readAll.bind(log), readStream: streams.readStream.bind(streams) };
  const sink = new Memory();
  await exportBundle(source, selection, { priceBooks, now: 0 }, new PackedLines(new Packer(sink)));
  streams.close();
  log.close();
  return sink.bytes;
}

export function unpack(packed: Buffer): Buffer {
  return gunzipSync(packed);
}

/** Into how many partitions the accounts are divided; one has none. */
const partitionsTried = 3;

/** The audit of a whole bundle. Audits of partitions of its accounts must find the same. */
export async function verified(text: Buffer, outside: readonly OutsideCheckpoint[] = []): Promise<AuditReport> {
  const audit = (partition: Partition): Promise<AuditReport> =>
    verifyUnpacked(() => pieces(text), { outside, scope: new AuditScope(undefined, partition) });
  const whole = await audit(wholePartition);
  expectSame(await joinReports(partitionsTried, audit), whole);
  return whole;
}

export async function* pieces(bytes: Buffer): AsyncGenerator<Buffer, void> {
  await Promise.resolve();
  if (bytes.length > 0) yield bytes;
}

export function splitLines(text: Buffer): string[] {
  return text.toString('utf8').split('\n').slice(0, -1);
}

/** Lines in which a stream has other data, with its chain rebuilt; an event whose data are undefined is left out. */
export function rechained(
  lines: readonly string[],
  stream: string,
  change: (data: string) => string | undefined,
): readonly string[] {
  let [hash, revision] = [chainStart, -1];
  return lines.flatMap((line) => {
    const event = JSON.parse(line) as { kind: string; stream: string } & Record<string, string>;
    if (event.kind !== 'event' || event.stream !== stream) return [line];
    const { type = '', metadata = '' } = event;
    const data = change(event['data'] ?? '');
    if (data === undefined) return [];
    revision += 1;
    hash = chainHash(hash, stream, revision, type, data, metadata);
    return [JSON.stringify({ ...event, revision, data, hash, id: eventIdFromHash(hash) })];
  });
}

export function joined(lines: readonly string[]): Buffer {
  return Buffer.from(lines.map((line) => `${line}\n`).join(''));
}

/** Lines with heads, checksums and a manifest that fit them, as a forger would make them. */
export function forged(lines: readonly string[]): Buffer {
  const kept = lines.filter((line) => !/^\{"kind":"(head|manifest)"/.test(line));
  const heads = new Map<string, object>();
  for (const line of kept) {
    const { kind, stream, revision, hash } = JSON.parse(line) as Record<string, string>;
    if (kind !== 'event' || stream === undefined) continue;
    heads.set(stream, { kind: 'head', stream, revision, hash, available: null, frozen: null });
  }
  return finished([...kept, ...[...heads].sort().map(([, head]) => JSON.stringify(head))]);
}

/** Lines with checksums and a manifest that fit them. */
export function finished(lines: readonly string[]): Buffer {
  const checksums = new LineChecksums();
  const all = lines.map((line) => checksums.added(line.replace(/,"crc":"[0-9a-f]{8}"\}$/, '}')));
  const before = all.map((line) => `${line}\n`).join('');
  const count = (kind: string): number => all.filter((line) => line.startsWith(`{"kind":"${kind}"`)).length;
  const manifest = {
    kind: 'manifest',
    priceBooks: count('price-book'),
    proofs: count('proof'),
    starts: count('start'),
    events: count('event'),
    heads: count('head'),
    sha256: createHash('sha256').update(before).digest('hex'),
  };
  return Buffer.from(`${before}${checksums.added(JSON.stringify(manifest))}\n`);
}
