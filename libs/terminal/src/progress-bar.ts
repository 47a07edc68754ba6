/** How long a run must last before the bar is shown, and how often it is drawn, in ms. */
const shownAfterMs = 500;
const drawnEveryMs = 100;

const barWidth = 24;

export interface Terminal {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** One line on a terminal that shows how far a long run is. Shows nothing anywhere else, or for a short run. */
export class ProgressBar {
  readonly #terminal: Terminal;
  readonly #what: string;
  readonly #now: () => number;
  readonly #startedAt: number;
  #nextDrawAt: number;
  #shown = false;

  /**
   * @param what stands before the bar, e.g. what is being done.
   * @param now milliseconds of a clock that never goes back.
   */
  constructor(terminal: Terminal, what = '', now: () => number = () => performance.now()) {
    this.#terminal = terminal;
    this.#what = what === '' ? '' : `${what} `;
    this.#now = now;
    this.#startedAt = now();
    this.#nextDrawAt = this.#startedAt + shownAfterMs;
  }

  /** @param total undefined where it is not known. */
  show(done: number, total: number | undefined): void {
    const now = this.#now();
    if (this.#terminal.isTTY !== true || now < this.#nextDrawAt) return;
    this.#nextDrawAt = now + drawnEveryMs;
    this.#shown = true;
    const perSecond = Math.round((done * 1_000) / (now - this.#startedAt));
    this.#terminal.write(`\r\u001b[2K${this.#what}${drawLine(done, total, perSecond)}`);
  }

  /** Leaves the line empty. */
  clear(): void {
    if (this.#shown) this.#terminal.write('\r\u001b[2K');
    this.#shown = false;
  }
}

function drawLine(done: number, total: number | undefined, perSecond: number): string {
  const speed = `${grouped(done)} events, ${grouped(perSecond)}/s`;
  if (total === undefined || total === 0) return speed;
  const share = Math.min(1, done / total);
  const filled = Math.floor(share * barWidth);
  const left = perSecond === 0 ? '' : `, ${String(Math.ceil((total - done) / perSecond))} s left`;
  const bar = '█'.repeat(filled) + '░'.repeat(barWidth - filled);
  return `${bar} ${String(Math.floor(share * 100)).padStart(3)} %  ${speed}${left}`;
}

/** 1234567 as 1 234 567. */
function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ' ');
}
