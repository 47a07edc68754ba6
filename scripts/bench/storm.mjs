/**
 * The expiry storm: 100 000 holds on 1 000 accounts, opened through the batch route, fall due within the same second,
 * while single freezes go to other accounts at a fixed rate. Tells how late the holds were released, by the time at which
 * the store wrote each expiry, and how long the freezes took from then on, each counted from when it was to be sent.
 */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import { percentiles } from './percentiles.mjs';
import { steady } from './steady.mjs';

const accounts = 1_000;
const holdsEach = 100;
const perBatch = 5_000;
const freezesPerSecond = 500;
const calmAccounts = 100;

/** All holds are open by then, and fall due at the end of the last of these seconds. */
const openingSeconds = 12;

/** From one second before they fall due. */
const freezingSeconds = 5;

/** @param ask posts a body to a path and gives back the answer's. */
export async function storm({ ask, folder }) {
  for (let number = 0; number < accounts; number += 1) await account(ask, `storm-${number}`);
  for (let number = 0; number < calmAccounts; number += 1) await account(ask, `calm-${number}`);
  const dueAt = Date.now() + openingSeconds * 1_000;
  const begun = performance.now();
  await openHolds(ask, dueAt);
  const openedMs = performance.now() - begun;
  await pause(dueAt - 1_000 - Date.now());
  // Nothing else is done meanwhile in this process, which would be counted as time that the freezes took.
  const send = (number) =>
    ask(`/v1/accounts/calm-${number % calmAccounts}/holds`, { holdId: `c${number}`, amount: '1' });
  const freezes = await steady(send, freezesPerSecond, freezingSeconds);
  return { openedMs, ...(await allExpired(join(folder, 'events.db'))), freezes };
}

async function account(ask, accountId) {
  await ask('/v1/accounts', { accountId, limits: { openHolds: 10_000_000 } });
  await ask(`/v1/accounts/${accountId}/deposits`, { depositId: 'd', amount: '1000000' });
}

/** Account after account in turn, so that every batch spreads over all of them. */
async function openHolds(ask, dueAt) {
  const total = accounts * holdsEach;
  for (let from = 0; from < total; from += perBatch) {
    const ttlSeconds = Math.floor((dueAt - Date.now()) / 1_000);
    const operations = Array.from({ length: perBatch }, (_, index) => ({
      op: 'freeze',
      accountId: `storm-${(from + index) % accounts}`,
      holdId: `h${from + index}`,
      amount: '1',
      ttlSeconds,
    }));
    const { results } = await ask('/v1/batch', { operations });
    const failed = results.filter(({ status }) => status !== 201);
    if (failed.length > 0) throw new Error(`a freeze was refused: ${JSON.stringify(failed[0])}`);
  }
}

/** Waits until the log has as many expiries as there were holds, and reads how late each was. */
async function allExpired(file) {
  const { appendsIn, eventsOf } = await import('../../dist/libs/event-store/src/index.js');
  const log = new DatabaseSync(file, { readOnly: true });
  const page = log.prepare(
    'SELECT position, recorded_at, appends, events FROM groups WHERE position > ? ORDER BY position',
  );
  const lateness = [];
  let after = -1;
  let lastDeadline = 0;
  let lastRelease = 0;
  while (lateness.length < accounts * holdsEach) {
    await pause(50);
    for (const row of page.all(after)) {
      const { position, recorded_at: recordedAt } = row;
      after = position;
      if (!Buffer.from(row.events).includes('hold-expired.v2')) continue;
      for (const { type, data } of appendsIn(row).flatMap((append) => eventsOf(row, append))) {
        if (type !== 'hold-expired.v2') continue;
        const { at } = JSON.parse(data);
        lateness.push(recordedAt - at);
        lastDeadline = Math.max(lastDeadline, at);
        lastRelease = Math.max(lastRelease, recordedAt);
      }
    }
  }
  log.close();
  return { lateness: percentiles(lateness), lastReleaseAfterLastDeadlineMs: lastRelease - lastDeadline };
}
