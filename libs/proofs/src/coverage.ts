import type { Checkpoint } from './checkpoint.ts';

/** How many events the newest checkpoint covers that are not of the checkpoints' own stream. */
export class Coverage {
  others = 0;
  /** Own events up to the newest checkpoint's position, and the positions of those after it. */
  #ownCovered = 0;
  #ownSince: string[] = [];

  /** A checkpoint was made, after the own events that were told so far. */
  checkpoint({ position, events }: Checkpoint): void {
    if (this.#ownSince.some((own) => own.length !== position.length)) {
      // It was made in another store, from which this one was copied.
      this.others = -1;
      return;
    }
    const since = this.#ownSince.filter((own) => own > position);
    this.#ownCovered += this.#ownSince.length - since.length;
    this.#ownSince = since;
    this.others = events - this.#ownCovered;
  }

  /** An event of the own stream stands at this position. */
  own(position: string): void {
    this.#ownSince.push(position);
  }
}
