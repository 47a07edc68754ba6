import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { FastifyAdapter } from '@bull-board/fastify';
import type { FastifyPluginCallback } from 'fastify';
import type { BullmqAlarms } from './bullmq-alarms.ts';

/**
 * Pages that show the alarms in Redis, and change nothing. They have no lock of their own: whoever mounts them decides
 * who may come in.
 *
 * @param path where they are mounted, e.g. `/board`.
 */
export function jobBoard(alarms: BullmqAlarms, path: string): FastifyPluginCallback {
  const serverAdapter = new FastifyAdapter();
  serverAdapter.setBasePath(path);
  const board = createBullBoard({
    queues: [],
    serverAdapter,
    options: { uiConfig: { boardTitle: 'Holdfast alarms' } },
  });
  alarms.onQueue((queue) => {
    board.addQueue(new BullMQAdapter(queue, { readOnlyMode: true, allowRetries: false }));
  });
  return serverAdapter.registerPlugin();
}
