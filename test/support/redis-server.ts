import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { type AddressInfo, connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from './until.ts';

const host = '127.0.0.1';

/** How often a start is tried again because somebody else took the port in between. */
const startTriesMax = 5;

const script = '../../scripts/lib/redis-server.mjs';
const { hasRedisServer, redisServerMissing } = (await import(script)) as {
  hasRedisServer: () => boolean;
  redisServerMissing: string;
};

/** A real redis-server of one test's own, on a free port, in a folder of its own, that things can happen to. */
export class RedisServer {
  readonly #port: number;
  readonly #settings: readonly string[];
  readonly #folder = mkdtempSync(join(tmpdir(), 'redis-'));
  #process: ChildProcess | undefined;

  private constructor(port: number, settings: readonly string[]) {
    this.#port = port;
    this.#settings = settings;
  }

  /**
   * Starts a server and waits until it answers. It keeps nothing on disk, so a restart empties it.
   *
   * @param settings further options of the command line, e.g. `--maxmemory-policy allkeys-lru`.
   * @throws Error that says what to install if there is no redis-server on this machine.
   */
  static async start(...settings: readonly string[]): Promise<RedisServer> {
    if (!hasRedisServer()) throw new Error(redisServerMissing);
    for (let triesLeft = startTriesMax - 1; ; triesLeft -= 1) {
      const server = new RedisServer(await freePort(), settings);
      try {
        await server.restart();
        return server;
      } catch (error) {
        await server.stop();
        if (triesLeft === 0) throw error;
      }
    }
  }

  get url(): string {
    return `redis://${host}:${String(this.#port)}`;
  }

  /** Stops it in mid-work: connections stay open, and nobody answers. */
  pause(): void {
    this.#process?.kill('SIGSTOP');
  }

  resume(): void {
    this.#process?.kill('SIGCONT');
  }

  /** Ends it as a loss of power would. */
  async kill(): Promise<void> {
    const ending = this.#process;
    this.#process = undefined;
    if (ending === undefined || ending.exitCode !== null || ending.signalCode !== null) return;
    const ended = once(ending, 'exit');
    ending.kill('SIGKILL');
    await ended;
  }

  /** Starts it again, on the same port and empty, killing it first if it runs. */
  async restart(): Promise<void> {
    await this.kill();
    const flags = ['--port', String(this.#port), '--bind', host, '--dir', this.#folder];
    const settings = [...flags, '--save', '', '--appendonly', 'no', ...this.#settings];
    const process = spawn('redis-server', settings, { stdio: 'ignore' });
    this.#process = process;
    await until(async () => {
      if (process.exitCode !== null) throw new Error(`redis-server ended with ${String(process.exitCode)}`);
      return await this.#answers();
    });
  }

  /** Takes everything out of it. */
  flush(): void {
    this.ask('FLUSHALL');
  }

  /** One command by redis-cli; returns its raw answer. */
  ask(...command: readonly string[]): string {
    const { status, stdout, stderr } = spawnSync('redis-cli', ['-h', host, '-p', String(this.#port), ...command], {
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`redis-cli ${command.join(' ')}: ${stderr}`);
    return stdout.trim();
  }

  /** Ends it and deletes its folder. */
  async stop(): Promise<void> {
    await this.kill();
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 3 });
  }

  #answers(): Promise<boolean> {
    return new Promise((resolve) => {
      const socket = connect(this.#port, host, () => socket.write('PING\r\n'));
      const done = (answered: boolean): void => {
        socket.destroy();
        resolve(answered);
      };
      socket.once('data', (answer) => {
        done(/^([+]PONG|-NOAUTH)/.test(answer.toString()));
      });
      socket.once('error', () => {
        done(false);
      });
    });
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
