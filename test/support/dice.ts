import { seedOfRun } from './seeds.ts';

/** Random numbers that a seed gives again (mulberry32). Without one of their own they have the run's, `DICE_SEED`. */
export class Dice {
  readonly seed: number;
  #state: number;

  constructor(seed = seedOfRun('DICE_SEED')) {
    this.seed = seed;
    this.#state = seed;
  }

  /** A whole number from `least` to `most`, both included. */
  between(least: number, most: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return least + (((mixed ^ (mixed >>> 14)) >>> 0) % (most - least + 1));
  }

  /** True in `percent` of 100 throws. */
  falls(percent: number): boolean {
    return this.between(1, 100) <= percent;
  }

  /** One of them; undefined if there is none. */
  pick<Face>(faces: readonly Face[]): Face | undefined {
    return faces[this.between(0, Math.max(0, faces.length - 1))];
  }
}
