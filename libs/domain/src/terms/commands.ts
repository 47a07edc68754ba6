import type { RequestedTerms } from './events.ts';

export interface ChangeTerms {
  readonly kind: 'change-terms';
  readonly changeId: string;
  readonly reason: string;
  /** Amounts in it are canonical texts, as they are stored. */
  readonly asked: RequestedTerms;
}

declare module '../core/commands.ts' {
  interface Commands {
    'change-terms': ChangeTerms;
  }
}
