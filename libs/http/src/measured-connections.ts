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
  metrics.counter('holdfast_connections_ended_total', 'Connections closed to make room for others.', () => {
    return connections.figures().ended;
  });
  return connections;
}

type Figures = ReturnType<Connections['figures']>;

const gauges: readonly (readonly [name: string, help: string, read: (figures: Figures) => number])[] = [
  ['connections', 'Open connections.', ({ open }) => open],
  ['connections_without_key', 'Open connections that have sent no request with an API key yet.', (f) => f.withoutKey],
  ['requests_in_work', 'Requests in progress.', ({ inWork }) => inWork],
  [
    'requests_sent_ahead',
    'Pipelined requests that wait for the response to the one before them.',
    ({ waiting }) => waiting,
  ],
  ['bodies_on_their_way', 'Request bodies that are being received.', ({ bodies }) => bodies],
  ['answer_bytes_unread', 'Bytes of responses that clients have not read yet.', ({ unreadBytes }) => unreadBytes],
];
