import { parentPort, workerData } from 'node:worker_threads';
import { groupOf, type GroupMessage } from './group-message.ts';
import { LogWriter } from './log-writer.ts';
import { openForWriting } from './schema.ts';
import type { WriterData } from './writer-thread.ts';
import { WriterTurns } from './writer-turns.ts';

/*
 * The writer thread: writes one group at a time and answers it before it takes the next.
 */
const port = parentPort;
if (port === null) throw new Error('the writer runs in a worker thread');
const { file, shared } = workerData as WriterData;
const database = openForWriting(file);
const writer = new LogWriter(database, shared ? new WriterTurns(database) : undefined);

port.on('message', (message: GroupMessage | 'close') => {
  if (message !== 'close') {
    port.postMessage(writer.write(groupOf(message)));
    return;
  }
  database.close();
  port.close();
});
port.postMessage('open');
