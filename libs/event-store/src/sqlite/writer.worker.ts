import { parentPort, workerData } from 'node:worker_threads';
import { type GroupMessage, toGroup } from './group-message.ts';
import { LogWriter } from './log-writer.ts';
import { openForWriting } from './schema.ts';
import { StoreFiles } from './store-files.ts';
import type { WriterData, WriterMessage } from './writer-thread.ts';
import { WriterTurns } from './writer-turns.ts';

/** How often the writer looks after its files when nobody asks it to write, in ms. */
const checkedEveryMs = 1_000;

/*
 * The writer thread: writes one group at a time and answers it before it takes the next.
 */
const port = parentPort;
if (port === null) throw new Error('the writer runs in a worker thread');
const { file, shared } = workerData as WriterData;
const database = openForWriting(file);
const report = (message: WriterMessage, handedOver: readonly ArrayBuffer[] = []): void => {
  port.postMessage(message, handedOver);
};
const writer = new LogWriter(database, {
  turns: shared ? new WriterTurns(database) : undefined,
  files: new StoreFiles(file, database),
  told: (trouble) => {
    report({ trouble });
  },
});
const checkFiles = (): void => {
  const broken = writer.checkFiles();
  if (broken === undefined) return;
  clearInterval(checking);
  report({ broken });
};
const checking = setInterval(checkFiles, checkedEveryMs);

port.on('message', (message: GroupMessage | 'close') => {
  if (message !== 'close') {
    const { memory } = message;
    report({ answers: writer.write(toGroup(message)), memory }, [memory]);
    return;
  }
  // What was taken away since the last look would be lost with this connection.
  checkFiles();
  clearInterval(checking);
  database.close();
  port.close();
});
report({ trouble: undefined });
