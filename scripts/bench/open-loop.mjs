/**
 * Open-loop load over plain sockets: requests are sent when they are due, whether or not earlier ones have been answered,
 * and each answer's time counts from the moment in which its request was due. Written on sockets because Node's own
 * client takes a quarter of a millisecond a request, which would be what is measured.
 */
import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { percentiles } from './percentiles.mjs';

/**
 * @param request makes path and body of the request of a number.
 * @returns answers by status (0: the connection broke before its answer), and how long those below 300 took, in ms.
 */
export async function openLoop({ url, key, request, perSecond, seconds, connections = 64 }) {
  const free = [];
  const due = [];
  const latencies = [];
  const statuses = new Map();
  let underWay = 0;
  const { hostname, port } = new URL(url);
  const head = (path, length) =>
    `POST ${path} HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer ${key}\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n`;
  const send = (connection, { number, wanted }) => {
    const { path, body } = request(number);
    connection.wanted = wanted;
    connection.busy = true;
    connection.socket.write(head(path, body.length) + body);
  };
  const answered = (connection, status) => {
    underWay -= 1;
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
    if (status < 300) latencies.push(performance.now() - connection.wanted);
    const next = due.shift();
    if (next === undefined) free.push(connection);
    else send(connection, next);
  };
  const listen = (connection) => {
    connection.socket.on('data', (piece) => {
      connection.text += piece;
      const status = wholeAnswer(connection.text);
      if (status === undefined) return;
      connection.text = '';
      connection.busy = false;
      answered(connection, status);
    });
    connection.socket.on('error', async () => {
      connection.socket = await opened(hostname, Number(port));
      connection.text = '';
      listen(connection);
      if (!connection.busy) return;
      connection.busy = false;
      answered(connection, 0);
    });
  };
  const sockets = await Promise.all(Array.from({ length: connections }, () => opened(hostname, Number(port))));
  const all = sockets.map((socket) => ({ socket, text: '', wanted: 0, busy: false }));
  for (const connection of all) {
    listen(connection);
    free.push(connection);
  }
  const begun = performance.now();
  for (let sent = 0; performance.now() - begun < seconds * 1_000; await pause(1)) {
    const until = Math.floor(((performance.now() - begun) / 1_000) * perSecond);
    for (; sent < until; sent += 1) {
      underWay += 1;
      const job = { number: sent, wanted: begun + (sent / perSecond) * 1_000 };
      const connection = free.pop();
      if (connection === undefined) due.push(job);
      else send(connection, job);
    }
  }
  while (underWay > 0) await pause(5);
  const lastedSeconds = (performance.now() - begun) / 1_000;
  for (const { socket } of all) socket.destroy();
  return { statuses, lastedSeconds, ...percentiles(latencies) };
}

async function opened(host, port) {
  const socket = connect({ host, port, noDelay: true });
  socket.setEncoding('latin1');
  await once(socket, 'connect');
  return socket;
}

/** The status of an answer that is there to its last byte. */
function wholeAnswer(text) {
  const headEnd = text.indexOf('\r\n\r\n');
  if (headEnd < 0) return undefined;
  const length = /\r\ncontent-length: (\d+)/i.exec(text);
  if (length === null || text.length < headEnd + 4 + Number(length[1])) return undefined;
  return Number(text.slice(9, 12));
}
