import { type ChildProcess, spawn } from 'node:child_process';
import { on, once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Caller } from './caller.ts';
import type { DoctoredZone } from './doctored-zones.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** How long a start or a stop may take before the test gives up, in ms: minutes pass where many tests share two cores. */
const patienceMs = 240_000;

/** The bootstrap secret of every service that tests start. */
export const adminKey = 'the-admin-key-of-the-process-tests-0001';

/** How one process is to be started. */
export interface StartOptions {
  /** Added to the environment, which has nothing of the tester's own but the path. */
  readonly environment?: Readonly<Record<string, string>>;
  /** The wall clock is this far from the true one at the start, and can be moved; undefined: the true one, for good. */
  readonly clockOffsetMs?: number;
  /** It knows other rules of a time zone than this machine: see `doctored-zones.ts`. */
  readonly zones?: DoctoredZone;
  /** Which program; default the ledger. */
  readonly app?: 'api' | 'worker';
  /** What starts the process instead of Node alone, e.g. a shell that sets limits; gets Node's command line appended. */
  readonly through?: readonly string[];
}

/** How a process ended, and what it said. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A data directory of one test's own. */
export class DataDirectory {
  readonly path = mkdtempSync(join(tmpdir(), 'service-'));

  delete(): void {
    rmSync(this.path, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** The service as a process of its own, run from its source. */
export class Service {
  /** Where it listens; set once it is ready. */
  url = '';
  /** How it ended, once it has. */
  readonly ended: Promise<Ending>;
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
    this.ended = waitForEnd(child);
  }

  /** Starts the service and waits until it is ready. @throws Error with what it said, if it ends instead. */
  static async start(dataDirectory: string, options: StartOptions = {}): Promise<Service> {
    const service = Service.launch(dataDirectory, options);
    const ready = service.#readField('ready').then((url) => {
      service.url = String(url);
      return undefined;
    });
    const ending = await Promise.race([ready, service.ended]);
    if (ending === undefined) return service;
    throw new Error(`the service ended with ${String(ending.code)}: ${ending.stdout}${ending.stderr}`);
  }

  /** Starts the service and waits for nothing. */
  static launch(dataDirectory: string, options: StartOptions = {}): Service {
    const { environment = {}, clockOffsetMs, zones, app = 'api', through = [] } = options;
    const preloaded = [
      'from-source.ts',
      ...(clockOffsetMs === undefined ? [] : ['movable-clock.ts']),
      ...(zones === undefined ? [] : ['doctored-zones.ts']),
    ];
    const [command = '', ...args]: string[] = [
      ...through,
      process.execPath,
      '--conditions=source',
      ...preloaded.map((file) => `--import=${join(root, 'test/support', file)}`),
      join(root, `apps/${app}/src/main.ts`),
    ];
    const child = spawn(command, args, {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: {
        PATH: process.env['PATH'],
        HOLDFAST_PORT: '0',
        HOLDFAST_DATA_DIR: dataDirectory,
        HOLDFAST_ADMIN_KEY: adminKey,
        NODE_ENV: 'production',
        LOG_LEVEL: 'warn',
        ...(zones !== undefined && { DOCTORED_ZONE: JSON.stringify(zones) }),
        ...(clockOffsetMs !== undefined && { CLOCK_OFFSET_MS: String(clockOffsetMs) }),
        ...environment,
      },
    });
    return new Service(child);
  }

  /** A caller with a key that has all scopes. */
  get admin(): Caller {
    return new Caller(this.url, adminKey);
  }

  /** Sets the wall clock of the service and waits until it is set. */
  async setClock(offsetMs: number): Promise<void> {
    const confirmed = this.#readField('clockOffsetMs');
    this.#child.send({ clockOffsetMs: offsetMs });
    await confirmed;
  }

  /** Ends it as a loss of power would. */
  kill(): Promise<Ending> {
    this.#child.kill('SIGKILL');
    return this.ended;
  }

  /** Stops it in mid-work, as a machine that stands still would. */
  pause(): void {
    this.#child.kill('SIGSTOP');
  }

  resume(): void {
    this.#child.kill('SIGCONT');
  }

  /** Asks it to stop, and waits until it has. */
  stop(signal: 'SIGTERM' | 'SIGINT' = 'SIGTERM'): Promise<Ending> {
    this.#child.kill(signal);
    return this.ended;
  }

  /** What the process tells over its channel, in a message that has this field. */
  async #readField(field: string): Promise<unknown> {
    const signal = AbortSignal.timeout(patienceMs);
    for await (const [message] of on(this.#child, 'message', { signal }) as AsyncIterable<[Record<string, unknown>]>) {
      if (field in message) return message[field];
    }
    throw new Error(`the service has not told ${field}`);
  }
}

async function waitForEnd(child: ChildProcess): Promise<Ending> {
  const said = { stdout: '', stderr: '' };
  for (const stream of ['stdout', 'stderr'] as const) {
    child[stream]?.setEncoding('utf8').on('data', (text: string) => {
      said[stream] += text;
    });
  }
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  return { code, signal, ...said };
}
