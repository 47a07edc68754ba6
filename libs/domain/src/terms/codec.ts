import {
  amount,
  check,
  listOf,
  mapOf,
  oneOf,
  orNull,
  record,
  signedAmount,
  someOf,
  text,
  texts,
  whole,
} from '../kernel/codec.ts';
import { type PriceStep, stepsFault } from '../pricing/price-book.ts';
import { statementConventions } from './events.ts';

/*
 * What the terms in an event must be, so that a damaged table never prices anything.
 */

const listed = listOf(record({ upTo: orNull(whole), price: amount }));
const steps = check(
  `steps: ${listed.shape}`,
  (value) => listed(value) && stepsFault(value as PriceStep[]) === undefined,
);
export const limits = { openHolds: whole, frozen: orNull(amount), dailySpend: orNull(amount) };
const thresholds = {
  availableBelow: orNull(signedAmount),
  packPercentBelow: orNull(whole),
  packExpiresWithinDays: orNull(whole),
};
const convention = oneOf(...statementConventions);
export const agreedTerms = record({
  priceBook: orNull(text),
  overrides: mapOf(steps),
  creditLimit: amount,
  limits: record(limits),
  warnings: record(thresholds),
  statementConvention: convention,
  metadata: orNull(texts),
});
const requestedFields = someOf({
  priceBook: orNull(text),
  overrides: mapOf(orNull(steps)),
  creditLimit: amount,
  limits: someOf({ ...limits, openHolds: orNull(whole) }),
  warnings: someOf(thresholds),
  statementConvention: convention,
  metadata: orNull(texts),
});
export const requestedTerms = check(
  `at least ${requestedFields.shape}`,
  (value) => requestedFields(value) && Object.keys(value as object).length > 0,
);
