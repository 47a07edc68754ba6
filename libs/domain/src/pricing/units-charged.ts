import type { AccountState } from '../core/state.ts';
declare module '../core/state.ts' {
  interface AccountState {
    /** Units charged, by agreement year and counter (see {@link counterKey}). */
    readonly unitsCharged: Map<string, number>;
  }
}

/** `year` is the first date of the agreement year. A date has no space, so the key is unambiguous. */
export function counterKey(year: string, counter: string): string {
  return `${year} ${counter}`;
}

/** Units that were charged in money on one counter in one agreement year, which graduated prices go by; 0 if none. */
export function countUnitsCharged(state: AccountState, year: string, counter: string): number {
  return state.unitsCharged.get(counterKey(year, counter)) ?? 0;
}
