/** Work that is done again and again in the background, never twice at the same time. It must not reject. */
export class Recurring {
  readonly #timer: NodeJS.Timeout;
  #running: Promise<void> | undefined;

  constructor(everyMs: number, work: () => Promise<void>) {
    this.#timer = setInterval(() => {
      this.#running ??= work().finally(() => {
        this.#running = undefined;
      });
    }, everyMs);
    this.#timer.unref();
  }

  /** Resolves when what runs at present is done. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#running;
  }
}
