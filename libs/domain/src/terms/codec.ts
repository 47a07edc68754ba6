import {
  amount,
  check,
  list,
  map,
  nonEmptyList,
  orNull,
  pick,
  record,
  signedAmount,
  text,
  texts,
  whole,
} from '../kernel/codec.ts';
import { type PriceStep, validateSteps } from '../pricing/price-book.ts';
import { statementConventions } from './events.ts';

/*
 * What the terms in an event must be, so that a damaged table never prices anything.
 */

const listed = list(record({ upTo: orNull(whole), price: amount }));
const steps = check(
  `steps: ${listed.shape}`,
  (value) => listed(value) && validateSteps(value as PriceStep[]) === undefined,
);
export const limits = { openHolds: whole, frozen: orNull(amount), dailySpend: orNull(amount) };
const thresholds = {
  availableBelow: orNull(signedAmount),
  packPercentBelow: orNull(whole),
  packExpiresWithinDays: orNull(whole),
};
const convention = pick(...statementConventions);
export const agreedTerms = record({
  priceBook: orNull(text),
  overrides: map(steps),
  creditLimit: amount,
  limits: record(limits),
  warnings: record(thresholds),
  statementConvention: convention,
  metadata: orNull(texts),
});
const requestedFields = nonEmptyList({
  priceBook: orNull(text),
  overrides: map(orNull(steps)),
  creditLimit: amount,
  limits: nonEmptyList({ ...limits, openHolds: orNull(whole) }),
  warnings: nonEmptyList(thresholds),
  statementConvention: convention,
  metadata: orNull(texts),
});
export const requestedTerms = check(
  `at least ${requestedFields.shape}`,
  (value) => requestedFields(value) && Object.keys(value as object).length > 0,
);
