import type { HttpLimits, Metrics } from '#runtime';
import { Connections } from './connections.ts';
import { refusals } from './refusal.ts';

/** Connections that tell the metrics how they are, and what they refuse by themselves. */
export function measuredConnections(limits: HttpLimits, metrics: Metrics): Connections {
  const connections = new Connections({
    limits,
    refused: (reason) => {
      metrics.problem(refusals[reason].problem.code);
      metrics.answered('refused early', 0);
    },
  });
  for (const [name, help, read] of gauges) {
    metrics.gauge(`holdfast_${name}`, help, () => read(connections.figures()));
  }
  metrics.counter('holdfast_connections_ended_total', 'Connections ended because others needed the room.', () => {
    return connections.figures().ended;
  });
  return connections;
}

type Figures = ReturnType<Connections['figures']>;

const gauges: readonly (readonly [name: string, help: string, read: (figures: Figures) => number])[] = [
  ['connections', 'Connections that are open.', ({ open }) => open],
  ['connections_without_key', 'Of these, those that carried no request with a key yet.', (f) => f.withoutKey],
  ['requests_in_work', 'Requests that are worked on.', ({ inWork }) => inWork],
  ['requests_sent_ahead', 'Requests that wait for the answer to the one before them.', ({ waiting }) => waiting],
  ['bodies_on_their_way', 'Bodies that have begun and are not there yet.', ({ bodies }) => bodies],
  ['answer_bytes_unread', 'Bytes of answers that clients have not read yet.', ({ unreadBytes }) => unreadBytes],
];
