import type { HoldfastProblem, HoldNotOpen } from '#client';
import type { Hold } from '#contract';
import type { Verification } from './verification.ts';

type Counted = 'match' | 'mismatch' | 'failed' | 'abandoned' | 'refused';

/** What became of the verifications that one account asked for. Each is counted once, or is a trouble. */
export class Tally {
  asked = 0;
  expired = 0;
  readonly counts: Record<Counted, number> = { match: 0, mismatch: 0, failed: 0, abandoned: 0, refused: 0 };
  /** Holds whose verification came to nothing: the money comes back at their deadline. */
  readonly leftOpen: Hold[] = [];
  /** The refusal that tells the most: that the money is there but frozen. */
  refusal: HoldfastProblem | HoldNotOpen | undefined;
  /** What should not happen: completed verifications that could not be charged, calls of unknown outcome. */
  readonly troubles: string[] = [];

  add(verification: Verification): void {
    switch (verification.kind) {
      case 'match':
      case 'mismatch':
        this.counts[verification.kind] += 1;
        return;
      case 'failed':
      case 'abandoned':
        this.counts[verification.kind] += 1;
        this.leftOpen.push(verification.hold);
        return;
      case 'not-issued':
        this.counts.failed += 1;
        return;
      case 'refused':
        this.counts.refused += 1;
        this.#remember(verification.error);
        return;
      case 'uncharged':
        this.troubles.push(`a ${verification.outcome} could not be charged: ${verification.problem.message}`);
    }
  }

  #remember(refusal: HoldfastProblem | HoldNotOpen): void {
    if (this.refusal === undefined || (showsFrozen(refusal) && !showsFrozen(this.refusal))) this.refusal = refusal;
  }
}

function showsFrozen(error: HoldfastProblem | HoldNotOpen): boolean {
  return 'facts' in error && error.facts['enoughIfUnfrozen'] === true;
}
