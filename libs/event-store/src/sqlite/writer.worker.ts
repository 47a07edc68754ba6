import { parentPort, workerData } from 'node:worker_threads';
import { LogWriter, type AppendAsked } from './log-writer.ts';
import { openForWriting } from './schema.ts';

/*
 * The writer thread: writes one group at a time and answers it before it takes the next.
 */
const port = parentPort;
if (port === null) throw new Error('the writer runs in a worker thread');
const database = openForWriting((workerData as { file: string }).file);
const writer = new LogWriter(database);

port.on('message', (group: readonly AppendAsked[] | 'close') => {
  if (group !== 'close') {
    port.postMessage(writer.write(group));
    return;
  }
  database.close();
  port.close();
});
port.postMessage('open');
