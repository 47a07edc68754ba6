import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

const library = new URL('../src/index.ts', import.meta.url).href;

/** A second process that runs a script over this library, e.g. another replica or the process that is killed. */
export class Child {
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #exited: Promise<unknown>;
  readonly #lines: AsyncIterator<string>;

  /** @param script sees `library`, the library's exports, and `argument`. */
  constructor(script: string, argument: string) {
    const whole = `const library = await import(${JSON.stringify(library)}); const argument = process.argv[1]; ${script}`;
    const options = ['--conditions=source', '--no-warnings', '--input-type=module', '-e', whole, argument];
    this.#process = spawn(process.execPath, options);
    this.#process.stderr.pipe(process.stderr);
    this.#exited = once(this.#process, 'close');
    this.#lines = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]();
  }

  /** The next line that the script prints; undefined if it has ended. */
  async line(): Promise<string | undefined> {
    const next = await this.#lines.next();
    return next.done === true ? undefined : next.value;
  }

  /** What it prints from here to its end. */
  async rest(): Promise<string[]> {
    const lines: string[] = [];
    for (let line = await this.line(); line !== undefined; line = await this.line()) lines.push(line);
    return lines;
  }

  send(line: string): void {
    this.#process.stdin.write(`${line}\n`);
  }

  /** kill -9. */
  async kill(): Promise<void> {
    this.#process.kill('SIGKILL');
    await this.#exited;
  }
}
