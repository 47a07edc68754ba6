import type { Sight } from '../lanes/entry.ts';
import { packFigures, type PackFigures } from '../answers/pack-answer.ts';

/** A page of an account's packs in the order in which they came. */
export interface PackPage {
  readonly packs: readonly PackFigures[];
  /** ms since 1970. */
  readonly asOf: number;
}

/** Undefined if the account does not exist; `unknown-after` if it has no such pack, or has forgotten it. */
export function packPage(
  { state, now }: Sight,
  after: string | null,
  limit: number,
): PackPage | 'unknown-after' | undefined {
  if (state.opened === null) return undefined;
  const packs = state.packs.all();
  const from = after === null ? 0 : packs.findIndex(({ packId }) => packId === after) + 1;
  if (after !== null && from === 0) return 'unknown-after';
  return { packs: packs.slice(from, from + limit).map(packFigures), asOf: now };
}
