import { printable } from '#terminal';

/** What can be found wrong with a copy. */
export type FindingKind =
  // in one log by itself
  | 'revision-gap'
  | 'hash-wrong'
  | 'event-id-wrong'
  // between the two
  | 'event-differs'
  | 'missing-in-target'
  | 'only-in-target'
  | 'source-moved';

/** One of the two logs. */
export type Side = 'source' | 'target';

export interface Finding {
  readonly kind: FindingKind;
  readonly stream: string;
  readonly revision: number;
  /** In words. */
  readonly detail: string;
}

/** Most findings that are kept one by one; all are counted. */
const findingsKeptMax = 1_000;

/** The findings of one verification, in the order in which they were found. */
export class Findings {
  readonly #kept: Finding[] = [];
  #count = 0;

  get count(): number {
    return this.#count;
  }

  add(finding: Finding): void {
    this.#count += 1;
    if (this.#kept.length < findingsKeptMax) this.#kept.push(finding);
  }

  /** One line each, and one that says so if not all are shown. */
  lines(): readonly string[] {
    const lines = this.#kept.map((finding) => `${finding.kind}  ${formatFinding(finding)}`);
    if (this.#count > lines.length)
      lines.push(`… the first ${String(lines.length)} of ${String(this.#count)} are shown`);
    return lines;
  }
}

/** Where it is and what, fit for a terminal. */
export function formatFinding({ stream, revision, detail }: Finding): string {
  return printable(`${stream} ${String(revision)}: ${detail}`);
}
