/** What `npm run bench -- attack` does to a ledger by one client; run by attacker.mjs, in a process of its own. */
import { connect } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';

/** Each begins by itself and goes on until `over`, ms since 1970. @returns what is told beside its figures, if anything. */
export const attacks = {
  'A.1 sent ahead, no answer read': async (target, _, over) => {
    do {
      const socket = await target.deaf();
      socket.write(get('/openapi.json').repeat(1_100));
      await pause(100);
    } while (Date.now() < over);
  },
  'A.1 metrics sent ahead': async (target, _, over) => {
    do {
      (await target.deaf()).write(get('/metrics').repeat(1_100));
      await pause(100);
    } while (Date.now() < over);
  },
  'A.1 bodies that do not come, no key': async (target, _, over) => {
    for (let count = 0; count < 1_500 && Date.now() < over; count += 1) {
      const path = count % 2 === 0 ? '/v1/channels/reference/notifications' : '/nowhere';
      (await target.open()).write(post(path, undefined, '{', 500));
    }
    await pause(Math.max(0, over - Date.now()));
  },
  'A.1 bodies that do not come': async (target, key, over) => {
    for (let count = 0; count < 1_500 && Date.now() < over; count += 1) {
      (await target.open()).write(post('/v1/accounts/foe/holds', key, '{', 500));
    }
    await pause(Math.max(0, over - Date.now()));
  },
  'A.1 batches that do not come': async (target, key, over) => {
    for (let count = 0; count < 64; count += 1) {
      (await target.open()).write(post('/v1/batch', key, '{"operations":['.padEnd(100_000), 8_000_000));
    }
    await pause(Math.max(0, over - Date.now()));
  },
  'A.1 answers that nobody reads': async (target, key, over) => {
    for (let count = 0; count < 1_000 && Date.now() < over; count += 1) {
      (await target.deaf()).write(get('/v1/accounts/foe/events?limit=1000', key).repeat(8));
      await pause(5);
    }
    await pause(Math.max(0, over - Date.now()));
  },
  'A.1 clients that leave at once': async (target, key, over) => {
    while (Date.now() < over) {
      const socket = await target.open();
      socket.write(get('/v1/accounts/foe/events?limit=1000', key).repeat(50), () => socket.destroy());
      await pause(10);
    }
  },
  'A.2 a statement of the year 9999': repeated((key) => get('/v1/accounts/foe/statements/9999-11', key)),
  'A.3 brackets, 4 million, closed': repeated((key) => {
    const depth = 4_000_000 - 100;
    return post('/v1/batch', key, '['.repeat(depth / 2) + ']'.repeat(depth / 2));
  }),
  'A.3 brackets, 8 million, unclosed': repeated((key) => post('/v1/batch', key, '['.repeat(8_000_000))),
  'A.3 batches of wrong texts': repeated((key) => {
    const metadata = Object.fromEntries(Array.from({ length: 31 }, (_, n) => [`k${n}`, 1]));
    const operation = { op: 'freeze', accountId: 'foe', holdId: 'wrong', amount: '1', metadata };
    return post('/v1/batch', key, JSON.stringify({ operations: Array.from({ length: 7_000 }, () => operation) }));
  }),
  'A.5 freezes with 11 KB of metadata': async (target, key, over) => {
    const metadata = Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`k${n}`, '\u00e9'.repeat(290)]));
    const socket = await target.open();
    let count = 0;
    while (Date.now() < over) {
      count += 1;
      const body = JSON.stringify({ holdId: `m${process.pid}-${count}`, amount: '0.01', metadata });
      socket.write(post('/v1/accounts/foe/holds', key, body));
      if (count % 20 === 0) await pause(10);
    }
    return `${count} sent`;
  },
};

/** Five at a time on one connection, again and again. */
function repeated(makeText) {
  return async (target, key, over) => {
    let count = 0;
    do {
      const socket = await target.open();
      let left = 5;
      const done = new Promise((resolve) => {
        socket.on('data', (piece) => {
          left -= piece.split('HTTP/1.1 ').length - 1;
          if (left <= 0) resolve();
        });
        socket.once('close', resolve);
      });
      socket.write(makeText(key).repeat(5));
      await done;
      count += 5;
      socket.destroy();
    } while (Date.now() < over);
    return `${count} asked`;
  };
}

/** Opens connections and keeps them until the attack is over. */
export class Target {
  #at;
  #sockets = [];

  constructor(url) {
    const { hostname, port } = new URL(url);
    this.#at = { host: hostname, port: Number(port) };
  }

  open() {
    return new Promise((resolve) => {
      const socket = connect(this.#at);
      socket.setEncoding('latin1');
      socket.on('data', () => undefined);
      socket.on('error', () => resolve(socket));
      socket.once('connect', () => resolve(socket));
      this.#sockets.push(socket);
    });
  }

  /** A connection from which nothing is read. */
  async deaf() {
    const socket = await this.open();
    socket.pause();
    return socket;
  }

  leave() {
    for (const socket of this.#sockets.splice(0)) socket.destroy();
  }
}

function get(path, key) {
  return `GET ${path} HTTP/1.1\r\nhost: foe\r\n${authorization(key)}\r\n`;
}

function post(path, key, body, length = Buffer.byteLength(body)) {
  return `POST ${path} HTTP/1.1\r\nhost: foe\r\n${authorization(key)}content-type: application/json\r\ncontent-length: ${length}\r\n\r\n${body}`;
}

function authorization(key) {
  return key === undefined ? '' : `authorization: Bearer ${key}\r\n`;
}
