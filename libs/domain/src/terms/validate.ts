import { invalid, invalidAmount } from '../core/invalid.ts';
import { type Refusal, refusal } from '../core/refusal.ts';
import { bounds } from '../kernel/bounds.ts';
import { amount, signedAmount } from '../kernel/codec.ts';
import { isCount, isMetadata, isRecord, isText } from '../kernel/validation.ts';
import { isCanonicalSteps, validateSteps } from '../pricing/price-book.ts';
import type { ChangeTerms } from './commands.ts';
import { type RequestedTerms, statementConventions } from './events.ts';

const productShape = /^[a-z0-9][a-z0-9-]{0,39}$/;

/** The first term of a change that is outside its bounds; undefined if all are within. */
export function validateTerms({ asked }: ChangeTerms): Refusal | undefined {
  const given: unknown = asked;
  if (!isRecord(given)) return refusal('invalid_request');
  // A change of nothing is a mistake: somebody misspelt what was meant.
  if (Object.keys(given).length === 0) return refusal('invalid_request');
  const { priceBook, overrides, creditLimit, limits, warnings, statementConvention, metadata } = asked;
  if (!isAbsentOr(priceBook, (text) => isText(text, bounds.priceBookCharactersMax))) return invalid('priceBook');
  const override = validateOverrides(overrides);
  if (override !== undefined) return override;
  if (creditLimit !== undefined && !amount(creditLimit)) return invalidAmount('creditLimit');
  const limit = validateLimits(limits) ?? validateWarnings(warnings);
  if (limit !== undefined) return limit;
  if (statementConvention !== undefined && !statementConventions.includes(statementConvention)) {
    return invalid('statementConvention', { known: statementConventions.join(' ') });
  }
  return isAbsentOr(metadata, isMetadata) ? undefined : invalid('metadata');
}

function validateOverrides(overrides: RequestedTerms['overrides']): Refusal | undefined {
  if (overrides === undefined) return undefined;
  const given: unknown = overrides;
  if (!isRecord(given)) return invalid('overrides');
  const entries = Object.entries(overrides);
  if (entries.length > bounds.overridesMax) return invalid('overrides', { limit: bounds.overridesMax });
  for (const [product, steps] of entries) {
    if (!productShape.test(product)) return invalid('overrides');
    if (steps === null) continue;
    const error = Array.isArray(steps) ? validateSteps(steps) : 'it is a list of steps';
    if (error !== undefined || !isCanonicalSteps(steps)) {
      return invalid(`overrides.${product}`, { why: error ?? 'a price is canonical here' });
    }
  }
  return undefined;
}

function validateLimits(limits: RequestedTerms['limits']): Refusal | undefined {
  if (limits === undefined) return undefined;
  const given: unknown = limits;
  if (!isRecord(given)) return invalid('limits');
  const { openHolds, frozen, dailySpend } = limits;
  if (!isAbsentOr(openHolds, (count) => isCount(count, bounds.openHoldsMax))) return invalid('limits.openHolds');
  if (!isAbsentOr(frozen, isPositive)) return invalidAmount('limits.frozen');
  return isAbsentOr(dailySpend, isPositive) ? undefined : invalidAmount('limits.dailySpend');
}

function validateWarnings(warnings: RequestedTerms['warnings']): Refusal | undefined {
  if (warnings === undefined) return undefined;
  const given: unknown = warnings;
  if (!isRecord(given)) return invalid('warnings');
  const { availableBelow, packPercentBelow, packExpiresWithinDays } = warnings;
  if (!isAbsentOr(availableBelow, signedAmount)) return invalidAmount('warnings.availableBelow');
  if (!isAbsentOr(packPercentBelow, (share) => isCount(share, 100))) return invalid('warnings.packPercentBelow');
  const days = (value: unknown): boolean => isCount(value, bounds.packWarningDaysMax);
  return isAbsentOr(packExpiresWithinDays, days) ? undefined : invalid('warnings.packExpiresWithinDays');
}

/** Not given, taken away, or as it should be. */
function isAbsentOr(value: unknown, right: (value: unknown) => boolean): boolean {
  return value === undefined || value === null || right(value);
}

function isPositive(value: unknown): boolean {
  return amount(value) && value !== '0';
}
