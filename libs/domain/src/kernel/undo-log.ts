/**
 * How to take back what was last done to a piece of state, step by step.
 *
 * A lane decides a whole batch in place, ahead of the store; until the store has confirmed the batch, every change can
 * be undone in time proportional to the batch, however large the account is. A mark inside a batch takes back a part of
 * it (a linked group of which one member was refused, a read that looked ahead).
 */
export class UndoLog {
  readonly #steps: (() => void)[] = [];

  /** Notes how the change that is about to be made, or was just made, is taken back. */
  record(undo: () => void): void {
    this.#steps.push(undo);
  }

  /** The present place in the log, to roll back to. */
  mark(): number {
    return this.#steps.length;
  }

  /** Takes back, newest first, everything recorded since the mark. */
  rollBackTo(mark: number): void {
    while (this.#steps.length > mark) this.#steps.pop()?.();
  }

  /** Everything so far stands for good. */
  commit(): void {
    this.#steps.length = 0;
  }
}
