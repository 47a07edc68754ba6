import type { Logger } from '#runtime';

/** How often it is looked, in ms. A clock must be looked at often for its steps to be told apart. */
const checkedEveryMs = 1_000;

/** Why something is not as it should be; undefined while it is. */
type Trouble = () => string | undefined;

/** Looks for what may be wrong with this process, and logs it once when it begins and once when it is over. */
export class TroubleLog {
  readonly #troubles: Readonly<Record<string, Trouble>>;
  readonly #logger: Logger;
  readonly #reported = new Set<string>();
  #timer: NodeJS.Timeout | undefined;

  /** @param troubles by the name of what they are about, e.g. `the clock`. */
  constructor(troubles: Readonly<Record<string, Trouble>>, logger: Logger) {
    this.#troubles = troubles;
    this.#logger = logger;
  }

  start(everyMs = checkedEveryMs): void {
    this.#timer = setInterval(() => {
      this.check();
    }, everyMs);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  check(): void {
    for (const [what, trouble] of Object.entries(this.#troubles)) {
      const why = trouble();
      if (why !== undefined && !this.#reported.has(what)) this.#logger.error({ why }, `problem with ${what}`);
      if (why === undefined && this.#reported.has(what)) this.#logger.warn(`problem with ${what} resolved`);
      if (why === undefined) this.#reported.delete(what);
      if (why !== undefined) this.#reported.add(what);
    }
  }
}
