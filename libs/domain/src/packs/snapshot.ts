import { formatMoney, parseMoney } from '../kernel/money.ts';
import type { Pack } from './pack.ts';

/** Unlike an account's own amounts these may be many: a pack is mostly numbers. */
export type PackTexts = Omit<Pack, 'price' | 'recognised' | 'standard'> & {
  readonly price: string;
  readonly recognised: string;
  readonly standard: string;
  readonly late: readonly (readonly [number, number, number])[];
};

export function packTexts(pack: Pack, late: PackTexts['late']): PackTexts {
  const { price, recognised, standard } = pack;
  const amounts = { price: formatMoney(price), recognised: formatMoney(recognised), standard: formatMoney(standard) };
  return { ...pack, ...amounts, late };
}

export function packOf(texts: Omit<PackTexts, 'late'>): Pack {
  const { price, recognised, standard } = texts;
  const amounts = { price: parseMoney(price), recognised: parseMoney(recognised), standard: parseMoney(standard) };
  return { ...texts, ...amounts };
}
