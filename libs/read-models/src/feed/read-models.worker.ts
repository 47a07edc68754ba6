import { readlinkSync } from 'node:fs';
import { constants, setPriority } from 'node:os';
import { basename } from 'node:path';
import { setImmediate as yieldToMessages } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { isDamage, openWriter } from '../file/database.ts';
import {
  failurePauseMs,
  gatherFactor,
  gatherMaxMs,
  gatherMinMs,
  pageCharactersMax,
  pageEventsMax,
  quietReportedEveryMs,
} from '../limits.ts';
import type { LogReader, LogReaderModule } from './log-reader.ts';
import { Projector } from './projector.ts';
import type { FromThread, ThreadStart, ToThread } from './thread-messages.ts';

/** The read models' thread: reads the log page by page and folds it into the read model file, at the lowest priority. */
const start = workerData as ThreadStart;

let closing = false;
let woken = false;
let endWait: (() => void) | undefined;
/** What the thread waits for at present is told by a wake; else by a close alone. */
let resting = false;

function main(): void {
  lowerPriority();
  const database = openWriter(start.file);
  const projector = new Projector(database);
  projector.ids.onSegment((segment) => {
    post({ kind: 'filter', segment });
  });
  parentPort?.on('message', (message: ToThread) => {
    if (typeof message === 'object') {
      projector.keep(message);
      return;
    }
    if (message === 'wake') {
      wake();
      return;
    }
    closing = true;
    endWait?.();
  });
  void follow(projector).finally(() => {
    database.close();
    parentPort?.close();
  });
}

function wake(): void {
  woken = true;
  if (resting) endWait?.();
}

/** Follows the log until it is told to close. */
async function follow(projector: Projector): Promise<void> {
  let reader: LogReader | undefined;
  while (!closing) {
    try {
      reader ??= await openReader();
      reportQuiet(reader);
      await followWith(reader, projector);
    } catch (error) {
      post({ kind: 'failed', reason: String(error), damaged: isDamage(error) });
      await reader?.close();
      reader = undefined;
      // A call that came meanwhile must not shorten the pause, or a store that is away would be tried without end.
      woken = false;
      await rest(failurePauseMs);
    }
  }
  await reader?.close();
}

async function followWith(reader: LogReader, projector: Projector): Promise<void> {
  let reported: string | undefined;
  while (!closing) {
    const wasWoken = woken;
    woken = false;
    const begun = performance.now();
    const page = await reader.readAll(projector.checkpoint.position, pageEventsMax, pageCharactersMax);
    projector.apply(page);
    const { position, newestEventAt } = projector.checkpoint;
    const news = `${position} ${String(page.atEnd)}`;
    // Whoever woke this thread waits to hear that it rests again, even if there was nothing new.
    if (wasWoken || news !== reported) {
      post({ kind: 'progress', position, newestEventAt, atEnd: page.atEnd, anyParked: projector.anyParked });
    }
    reported = news;
    if (!page.atEnd) {
      await yieldToMessages();
      continue;
    }
    await wait(Math.min(gatherMaxMs, Math.max(gatherMinMs, gatherFactor * (performance.now() - begun))));
    await rest(start.pollIntervalMs);
  }
}

async function openReader(): Promise<LogReader> {
  const { openLogReader } = (await import(start.module)) as LogReaderModule;
  return openLogReader(start.options, wake);
}

let reporting: NodeJS.Timeout | undefined;

/** Regularly, since a store that says nothing gives no other reason to. */
function reportQuiet(reader: LogReader): void {
  clearInterval(reporting);
  if (reader.quietMs === undefined) return;
  reporting = setInterval(() => {
    post({ kind: 'quiet', quietMs: reader.quietMs ?? 0, trouble: reader.trouble });
  }, quietReportedEveryMs);
  reporting.unref();
}

/** Waits until it is woken, but not longer than `ms`. */
async function rest(ms: number): Promise<void> {
  if (woken) return;
  resting = true;
  await wait(ms);
  resting = false;
}

/** Waits until it is to close, but not longer than `ms`. */
function wait(ms: number): Promise<void> {
  if (closing) return Promise.resolve();
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      endWait?.();
    }, ms);
    endWait = () => {
      clearTimeout(timer);
      endWait = undefined;
      resolve();
    };
  });
}

function post(message: FromThread): void {
  parentPort?.postMessage(message);
}

/** Threads have priorities of their own on Linux: read models are the first to wait when the machine is busy. */
function lowerPriority(): void {
  try {
    setPriority(Number(basename(readlinkSync('/proc/thread-self'))), constants.priority.PRIORITY_LOW);
  } catch {
    // Elsewhere they run like everything else.
  }
}

main();
