import type { NaivePeriod } from './naive-budgets.ts';
import type { Units } from './naive-prices.ts';

/*
 * What the naive model is told: commands and terms as plain texts.
 */

type Texts = Readonly<Record<string, string>>;

export type NaiveCommand =
  | {
      readonly kind: 'deposit' | 'withdraw' | 'adjust';
      readonly id: string;
      readonly amount: string;
      readonly text: string | null;
    }
  | {
      readonly kind: 'freeze';
      readonly id: string;
      readonly product: string | null;
      readonly quantity: number | null;
      readonly amount: string | null;
      readonly ttlSeconds: number | null;
      readonly budget: string | null;
      readonly metadata: Texts | null;
    }
  | {
      readonly kind: 'settle';
      readonly id: string;
      readonly outcome: 'match' | 'mismatch';
      readonly amount: string | null;
      readonly quantity: number | null;
      readonly completedAt: number | null;
    }
  | { readonly kind: 'fail'; readonly id: string; readonly attempt: string; readonly reason: string }
  | { readonly kind: 'release'; readonly id: string; readonly reason: string }
  | {
      readonly kind: 'refund';
      readonly id: string;
      readonly refund: string;
      readonly amount: string;
      readonly reason: string;
    }
  | {
      readonly kind: 'reverse';
      readonly id: string;
      readonly reversal: string;
      readonly amount: string | null;
      readonly reason: string;
    }
  | {
      readonly kind: 'terms';
      readonly id: string;
      readonly reason: string;
      readonly book?: string | null;
      /** `[last unit, price]` by product; null: the book's own again. */
      readonly overrides?: Readonly<Record<string, readonly (readonly [number, string])[] | null>>;
      readonly creditLimit?: string;
      readonly dailySpend?: string | null;
    }
  | { readonly kind: 'suspend' | 'resume' | 'close'; readonly id: string; readonly reason: string }
  | {
      readonly kind: 'set-budget';
      readonly name: string;
      readonly limit: string;
      readonly period: NaivePeriod;
      readonly reason: string;
    }
  | { readonly kind: 'expire-due' };

export interface NaiveTerms {
  readonly book: string | null;
  readonly agreementStart: string;
  readonly creditLimit: string;
  readonly openHolds: number;
  readonly frozen: string | null;
  readonly dailySpend: string | null;
}

/** Of what the scenarios can tell; all other bounds are tried one by one in the rule tests. */
export function malformed(command: NaiveCommand): string | null {
  if (command.kind === 'terms' && Object.keys(command).length === 3) return 'invalid_request';
  if (command.kind === 'release' && command.reason === 'not-billable') return 'invalid_request reason';
  const both = command.kind === 'settle' && command.amount !== null && command.quantity !== null;
  return both ? 'invalid_request quantity' : null;
}

/** A deposit, withdrawal or adjustment that took effect. */
export interface Moved {
  readonly kind: string;
  readonly id: string;
  readonly amount: Units;
  readonly text: string | null;
}
