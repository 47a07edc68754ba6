import {
  type AccountEvent,
  formatMoney,
  type FundsFrozen,
  type HoldPricing,
  lateWindowMs,
  parseMoney,
  type PriceLine,
  type TypedEvent,
} from '#domain';
import { durationText, grouped, timeText } from '../texts.ts';

/** What happened to a hold with an event, in sentences. Texts from outside are not made harmless here. */
export function holdSentences(event: AccountEvent, currency: string): readonly string[] {
  switch (event.type) {
    case 'funds-frozen.v1':
      return opened(event, currency);
    case 'call-failed.v1':
      return [
        `A call failed (${event.data.attemptId}): ${event.data.reason}.`,
        'The hold stayed open, since its credential could still be used.',
      ];
    case 'hold-settled.v1':
      return settled(event, currency);
    case 'hold-settled-late.v1':
      return settledLate(event, currency);
    case 'charge-uncollected.v1':
      return [
        `The verification had completed with a ${event.data.outcome}, and was reported after the hold had ended.`,
        `It would have been charged with ${event.data.amount} ${currency}, which the balance could not pay. No money moved.`,
      ];
    case 'hold-released.v1':
      return released(event, currency);
    case 'hold-expired.v1':
      return [
        'Nobody had settled or released it when its deadline came, so it expired at its deadline.',
        `${event.data.amount} ${currency} went back to available.`,
        ...forfeits(event.data.forfeited, currency),
        `Until ${timeText(event.data.at + lateWindowMs)} it could still be charged late.`,
      ];
    case 'charge-refunded.v1':
      return [
        `${event.data.amount} ${currency} of the charge were refunded to available: ${event.data.reason}.`,
        'What its units used up of tier positions and packs stays used up.',
      ];
    default:
      return [formatFields(event)];
  }
}

function opened({ data }: TypedEvent<'funds-frozen.v1'>, currency: string): readonly string[] {
  const { at, amount, product, quantity, pricing, expiresAt, budget, packs, maxLateCharge } = data;
  const what = product === null ? 'a plain amount' : `${units(quantity ?? 1)} of ${product}`;
  return [
    `It was opened for ${what}.`,
    ...(pricing === null ? [] : priced(pricing)),
    ...(pricing === null ? [] : [most(data, currency)]),
    ...(packs ?? []).map((pack) => `${units(pack.units)} were set aside in the pack ${pack.packId}.`),
    `${amount} ${currency} went from available to frozen, until ${timeText(expiresAt)} (${durationText(expiresAt - at)}).`,
    ...(maxLateCharge === amount ? [] : [`A late charge is at most ${maxLateCharge} ${currency}.`]),
    ...(budget === null ? [] : [`It counts for the budget ${budget}.`]),
  ];
}

function priced({ book, basis, counter, year, unitsCharged, table }: HoldPricing): readonly string[] {
  const whichCalls = basis === 'match' ? 'matches only' : 'every completed call';
  return [
    `Its price is by the book ${book}, which charges ${whichCalls}; its price table is ${table}.`,
    `In the agreement year that began on ${year}, ${units(unitsCharged)} of ${counter} had been charged before.`,
  ];
}

function most({ amount, quantity, packs }: FundsFrozen, currency: string): string {
  const inMoney = (quantity ?? 1) - (packs ?? []).reduce((sum, pack) => sum + pack.units, 0);
  if (inMoney === 0) return 'Packs pay for all of it, so no money is set aside.';
  const more = inMoney === 1 ? 'one more unit' : `${grouped(inMoney)} more units`;
  return `The most that ${more} can come to in money: ${amount} ${currency}.`;
}

function settled({ data }: TypedEvent<'hold-settled.v1'>, currency: string): readonly string[] {
  const { amount, returned, lines, packs, forfeited } = data;
  return [
    completion(data),
    ...(lines === null || lines.length === 0 ? [] : [`Charged: ${derivation(lines)}.`]),
    ...(packs ?? []).map(
      (pack) => `${units(pack.units)} were taken from the pack ${pack.packId}, worth ${pack.recognised} ${currency}.`,
    ),
    `Of the frozen money ${amount} ${currency} were charged and ${returned} ${currency} went back to available.`,
    ...forfeits(forfeited, currency),
  ];
}

function settledLate({ data }: TypedEvent<'hold-settled-late.v1'>, currency: string): readonly string[] {
  const { amount, lines, hold, packs, at } = data;
  return [
    completion(data),
    `This was reported ${durationText(at - hold.expiresAt)} after the deadline, when the hold had ${hold.ending} unused already.`,
    ...(lines === null || lines.length === 0 ? [] : [`Charged late: ${derivation(lines)}.`]),
    ...(packs ?? []).map(
      (pack) => `${units(pack.units)} were taken from the pack ${pack.packId}, worth ${pack.recognised} ${currency}.`,
    ),
    `${amount} ${currency} were charged, from available.`,
  ];
}

function released({ data }: TypedEvent<'hold-released.v1'>, currency: string): readonly string[] {
  const { amount, reason, completion: stated, forfeited } = data;
  const why =
    stated === null
      ? [`It was released: ${reason}.`]
      : [completion(stated), 'The product charges matches only, so there was nothing to charge.'];
  return [...why, `${amount} ${currency} went back to available.`, ...forfeits(forfeited, currency)];
}

function completion(stated: {
  readonly outcome: string;
  readonly quantity: number | null;
  readonly completedAt: number | null;
}): string {
  const when = stated.completedAt === null ? '' : ` at ${timeText(stated.completedAt)}, as the gateway says`;
  const many = stated.quantity === null || stated.quantity === 1 ? '' : ` for ${units(stated.quantity)}`;
  return `The verification completed with a ${stated.outcome}${many}${when}.`;
}

function forfeits(
  forfeited: readonly { readonly packId: string; readonly units: number; readonly amount: string }[] | null,
  currency: string,
): readonly string[] {
  return (forfeited ?? []).map(
    (pack) =>
      `${units(pack.units)} came back to the pack ${pack.packId}, which had expired: ${pack.amount} ${currency} were forfeited.`,
  );
}

/** `position 10 000: 1 × 0.85 = 0.85; positions 10 001 to 10 002: 2 × 0.8 = 1.6; together 2.45`. */
export function derivation(lines: readonly PriceLine[]): string {
  const parts = lines.map(({ from, units: count, price, amount }) => {
    const places =
      count === 1 ? `position ${grouped(from)}` : `positions ${grouped(from)} to ${grouped(from + count - 1)}`;
    return `${places}: ${grouped(count)} × ${price} = ${amount}`;
  });
  if (parts.length < 2) return parts.join('');
  const together = lines.reduce((total, { amount }) => total + parseMoney(amount), 0n);
  return [...parts, `together ${formatMoney(together as ReturnType<typeof parseMoney>)}`].join('; ');
}

function units(count: number): string {
  return count === 1 ? '1 unit' : `${grouped(count)} units`;
}

/** For an event that has no words of its own here. */
function formatFields({ type, data }: AccountEvent): string {
  const fields = Object.entries(data)
    .filter(([name, value]) => name !== 'at' && name !== 'holdId' && value !== null)
    .map(([name, value]) => `${name} ${typeof value === 'object' ? JSON.stringify(value) : String(value)}`);
  return `${type.replace(/\.v\d+$/, '')}: ${fields.join(', ')}.`;
}
