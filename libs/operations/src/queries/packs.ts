import type { Sight } from '../lanes/entry.ts';
import { packFigures, type PackFigures } from '../answers/pack-answer.ts';

/** A page of an account's packs in the order in which they came. */
export interface PackPage {
  readonly packs: readonly PackFigures[];
  /** ms since 1970. */
  readonly asOf: number;
}

/** Undefined if the account does not exist. */
export function packPage({ state, now }: Sight, after: string | null, limit: number): PackPage | undefined {
  if (state.opened === null) return undefined;
  const packs = state.packs.all();
  const from = after === null ? 0 : packs.findIndex(({ packId }) => packId === after) + 1;
  // Nothing comes after a pack that is not there.
  const page = after !== null && from === 0 ? [] : packs.slice(from, from + limit);
  return { packs: page.map(packFigures), asOf: now };
}
