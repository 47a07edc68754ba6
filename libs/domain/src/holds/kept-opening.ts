import type { Metadata } from '../kernel/metadata.ts';
import type { FundsFrozen } from './events.ts';

/** Most characters of an open hold's metadata that stay in memory once the id index has the hold. */
export const metadataKeptMax = 512;

/** Stands for metadata that is longer: until the id index has it in the recent past, from then on only there. */
export const elsewhere = 'elsewhere';

/** The opening of a hold as the account's state keeps it: of a bounded size, whatever its caller chose. */
export type KeptOpening = Omit<FundsFrozen, 'metadata'> & {
  readonly metadata: Metadata | null | typeof elsewhere;
};

/** An open hold without anything that varies takes about so many bytes of memory, its id and its places in lists included. */
const bareBytes = 1_024;
const packBytes = 80;

export function isLarge(metadata: Metadata | null): metadata is Metadata {
  return charactersIn(metadata) > metadataKeptMax;
}

/** About how many bytes of memory an open hold takes. */
export function openHoldBytes({ metadata, packs }: Pick<KeptOpening, 'metadata' | 'packs'>): number {
  const characters = metadata === elsewhere ? 0 : charactersIn(metadata);
  const kept = characters > metadataKeptMax ? 0 : characters;
  return bareBytes + 2 * kept + packBytes * (packs?.length ?? 0);
}

function charactersIn(metadata: Metadata | null): number {
  if (metadata === null) return 0;
  let characters = 0;
  for (const name of Object.keys(metadata)) characters += name.length + (metadata[name]?.length ?? 0);
  return characters;
}
