/**
 * Tries every change of one byte on a tiny bundle and on a tiny store, and says what was not found: `npm run build`, then
 * `npm run damage`. Takes long and is not part of `npm test`, which tries fewer values of every byte.
 *
 * Of the bundle: every other value of every byte, every value put in anywhere, every byte taken out, neighbours swapped,
 * every end cut off, every line left out, repeated anywhere and swapped with every other. Of the store's file: the lowest and the highest bit of every byte.
 */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { gunzipSync } from 'node:zlib';
import { connectClient } from './bench/client.mjs';
import { pinned, root } from './lib/ensure.mjs';

const built = (name) => import(join(root, 'dist', name));
const { auditDirectory, outsideCheckpoints } = await built('apps/auditor/src/index.js');
const { BundleLog } = await built('apps/auditor/src/bundle/bundle-log.js');
const { verifyUnpacked } = await built('apps/auditor/src/verify/verify-unpacked.js');
const { PriceBookCatalog, shippedPriceBooks } = await built('libs/domain/src/index.js');

const adminKey = randomBytes(32).toString('hex');
const folder = mkdtempSync(join(tmpdir(), 'holdfast-damage-'));
const data = join(folder, 'data');
const kept = join(folder, 'kept.jsonl');

await makeLedger();
const text = await exported();
await ofBundle(text);
await ofStore();
rmSync(folder, { recursive: true });

/** One account, a hold that is settled and one that is not, and a checkpoint. */
async function makeLedger() {
  const env = {
    ...pinned,
    HOLDFAST_DATA_DIR: data,
    HOLDFAST_PORT: '0',
    HOLDFAST_ADMIN_KEY: adminKey,
    HOLDFAST_CHECKPOINT_FILE: kept,
    LOG_LEVEL: 'fatal',
  };
  const child = spawn('node', ['dist/apps/api/src/main.js'], {
    cwd: root,
    env,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const [{ ready: url }] = await once(child, 'message');
  const ask = connectClient(url, adminKey);
  await ask('/v1/accounts', { accountId: 'a', priceBook: 'dcloud-2023' });
  await ask('/v1/accounts/a/deposits', { depositId: 'd', amount: '100' });
  await ask('/v1/accounts/a/holds', { holdId: 'h', product: 'face-verify' });
  await ask('/v1/accounts/a/holds/h/settle', { outcome: 'match' });
  await ask('/v1/checkpoints', {});
  await ask('/v1/accounts/a/holds', { holdId: 'i', amount: '1' });
  child.kill('SIGTERM');
  await once(child, 'exit');
}

/** What a bundle of it holds, without the price books that ship: their lines are like all others, and many. */
async function exported() {
  const file = join(folder, 'bundle');
  const child = spawn('node', ['dist/apps/auditor/src/main.js', 'export', file, '--data', data], {
    cwd: root,
    env: pinned,
  });
  await once(child, 'exit');
  return gunzipSync(readFileSync(file));
}

async function ofBundle(bytes) {
  const { findings } = await verifyUnpacked(() => pieces(bytes));
  if (findings.length > 0) throw new Error(JSON.stringify(findings));
  const tried = { values: 0, insertions: 0, deletions: 0, swaps: 0, ends: 0, lines: 0 };
  const missed = [];
  const attempt = async (kind, line, changed) => {
    tried[kind] += 1;
    const found = await listFindings(changed);
    if (!found.some((one) => one.line >= line - 1 && one.line <= line + 1)) missed.push(`${kind} at line ${line}`);
  };
  let line = 1;
  // Lines of shipped books are long, and byte for byte like any other: of them every hundredth byte.
  let isBook = false;
  for (let place = 0; place < bytes.length; place += 1) {
    const byte = bytes[place];
    if (bytes[place - 1] === 0x0a || place === 0)
      isBook = bytes.subarray(place, place + 20).toString() === '{"kind":"price-book"';
    if (!isBook || place % 100 === 0) {
      const [before, after] = [bytes.subarray(0, place), bytes.subarray(place)];
      for (let other = 0; other < 256; other += 1) {
        const put = Buffer.from([other]);
        if (other !== byte) await attempt('values', line, Buffer.concat([before, put, after.subarray(1)]));
        await attempt('insertions', line, Buffer.concat([before, put, after]));
      }
      await attempt('deletions', line, Buffer.concat([before, after.subarray(1)]));
      await attempt('ends', line, before);
      if (place + 1 < bytes.length && bytes[place + 1] !== byte) {
        await attempt('swaps', line, Buffer.concat([before, Buffer.from([bytes[place + 1], byte]), after.subarray(2)]));
      }
    }
    if (byte === 0x0a) line += 1;
  }
  const lines = bytes.toString().split('\n').slice(0, -1);
  const joined = (some) => Buffer.from(some.map((one) => `${one}\n`).join(''));
  for (const [index, one] of lines.entries()) {
    await attempt('lines', index + 1, joined(lines.toSpliced(index, 1)));
    for (let place = 0; place <= lines.length; place += 1) {
      await attempt('lines', place + 1, joined(lines.toSpliced(place, 0, one)));
      if (place <= index || place === lines.length) continue;
      await attempt('lines', index + 1, joined(lines.with(index, lines[place]).with(place, one)));
    }
  }
  console.log(`a bundle of ${bytes.length} bytes in ${lines.length} lines: ${JSON.stringify(tried)}`);
  console.log(
    `  not found, or not at their line: ${missed.length}${missed
      .slice(0, 10)
      .map((one) => `\n  ${one}`)
      .join('')}`,
  );
}

async function listFindings(changed) {
  const log = await BundleLog.open(() => pieces(changed));
  const findings = [];
  for (let position = ''; ;) {
    const page = await log.readAll(position, 1_000);
    findings.push(...page.findings);
    position = page.position;
    if (page.atEnd) return [...findings, ...log.lastFindings()];
  }
}

async function* pieces(bytes) {
  await Promise.resolve();
  if (bytes.length > 0) yield bytes;
}

async function ofStore() {
  const file = join(data, 'events.db');
  const store = new DatabaseSync(file);
  store.exec('PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode = DELETE');
  store.close();
  for (const name of ['read-models-0.db', 'read-models-0.db-wal', 'read-models-0.db-shm'])
    rmSync(join(data, name), { force: true });
  const bytes = readFileSync(file);
  const said = saidBy(file);
  const outside = outsideCheckpoints(kept);
  const counts = { found: 0, 'not opened': 0, 'nothing that is stored': 0 };
  const missed = [];
  for (let place = 0; place < bytes.length; place += 1) {
    for (const bit of [0, 7]) {
      const changed = Buffer.from(bytes);
      changed[place] ^= 1 << bit;
      writeFileSync(file, changed);
      try {
        const priceBooks = new PriceBookCatalog(shippedPriceBooks);
        const { found } = await auditDirectory(data, { priceBooks, outside });
        if (found > 0) counts.found += 1;
        else if (saidBy(file) !== said) missed.push(`bit ${bit} of byte ${place}`);
        else counts['nothing that is stored'] += 1;
      } catch (error) {
        if (error.name !== 'NoSuchData') throw error;
        counts['not opened'] += 1;
      }
    }
  }
  console.log(`a store of ${bytes.length} bytes, two bits of each: ${JSON.stringify(counts)}`);
  console.log(
    `  not found: ${missed.length}${missed
      .slice(0, 10)
      .map((one) => `\n  ${one}`)
      .join('')}`,
  );
}

/** All that the file says. */
function saidBy(file) {
  const database = new DatabaseSync(file, { readOnly: true });
  const groups = 'SELECT position, count, recorded_at, crc, hex(appends), hex(events) FROM groups';
  const others = ['schema', 'streams', 'heads', 'heads_saved', 'marks', 'sqlite_schema'].map(
    (table) => `SELECT * FROM ${table}`,
  );
  const all = JSON.stringify([groups, ...others].map((sql) => database.prepare(sql).all()));
  database.close();
  return all;
}
