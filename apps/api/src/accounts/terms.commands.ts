import type { ChangeTermsBody } from '#contract';
import type { ChangeTerms, RequestedTerms } from '#domain';
import { canonical, canonicalOrNull, canonicalSteps } from '../http/money-texts.ts';

type Body<Field extends keyof ChangeTermsBody> = NonNullable<ChangeTermsBody[Field]>;

/** From the body to the command: the amounts in it become canonical, a single price one endless step. */
export function changeTerms({ changeId, reason, ...body }: ChangeTermsBody): ChangeTerms {
  const { priceBook, overrides, creditLimit, limits, warnings, statementConvention, metadata } = body;
  const asked: RequestedTerms = {
    ...(priceBook !== undefined && { priceBook }),
    ...(overrides !== undefined && { overrides: toOverrides(overrides) }),
    ...(creditLimit !== undefined && { creditLimit: canonical(creditLimit) }),
    ...(limits !== undefined && { limits: toLimits(limits) }),
    ...(warnings !== undefined && { warnings: toWarnings(warnings) }),
    ...(statementConvention !== undefined && { statementConvention }),
    ...(metadata !== undefined && { metadata }),
  };
  return { kind: 'change-terms', changeId, reason, asked };
}

function toOverrides(overrides: Body<'overrides'>): NonNullable<RequestedTerms['overrides']> {
  return Object.fromEntries(
    Object.entries(overrides).map(([product, own]) => {
      if (own === null) return [product, null];
      return [product, canonicalSteps('steps' in own ? own.steps : [{ upTo: null, price: own.price }])];
    }),
  );
}

function toLimits({ openHolds, frozen, dailySpend }: Body<'limits'>): NonNullable<RequestedTerms['limits']> {
  return {
    ...(openHolds !== undefined && { openHolds }),
    ...(frozen !== undefined && { frozen: canonicalOrNull(frozen) }),
    ...(dailySpend !== undefined && { dailySpend: canonicalOrNull(dailySpend) }),
  };
}

function toWarnings({ availableBelow, ...rest }: Body<'warnings'>): NonNullable<RequestedTerms['warnings']> {
  const { packPercentBelow, packExpiresWithinDays } = rest;
  return {
    ...(availableBelow !== undefined && { availableBelow: canonicalOrNull(availableBelow) }),
    ...(packPercentBelow !== undefined && { packPercentBelow }),
    ...(packExpiresWithinDays !== undefined && { packExpiresWithinDays }),
  };
}
