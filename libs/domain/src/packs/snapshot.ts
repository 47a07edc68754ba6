import { formatMoney, parseMoney } from '../kernel/money.ts';
import type { Pack } from './pack.ts';

/** Unlike an account's own amounts these may be many: a pack is mostly numbers. */
export type PackTexts = Omit<Pack, 'price' | 'recognised' | 'listPrice'> & {
  readonly price: string;
  readonly recognised: string;
  readonly listPrice: string;
  readonly late: readonly (readonly [number, number, number])[];
};

export function packTexts(pack: Pack, late: PackTexts['late']): PackTexts {
  const { price, recognised, listPrice } = pack;
  const amounts = { price: formatMoney(price), recognised: formatMoney(recognised), listPrice: formatMoney(listPrice) };
  return { ...pack, ...amounts, late };
}

export function readPack(texts: Omit<PackTexts, 'late'>): Pack {
  const { price, recognised, listPrice } = texts;
  const amounts = { price: parseMoney(price), recognised: parseMoney(recognised), listPrice: parseMoney(listPrice) };
  return { ...texts, ...amounts };
}
