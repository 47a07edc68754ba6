import { amount, listOf, orNull, record, text, whole } from '../kernel/codec.ts';

/*
 * What the units of packs in the events of other topics must be.
 */

export const reservedUnits = orNull(listOf(record({ packId: text, units: whole })));
const consumption = { packId: text, units: whole, recognised: amount, listPrice: amount };
export const consumedUnits = orNull(listOf(record(consumption)));
const reclaimed = orNull(record({ units: whole, amount }));
export const consumedLate = orNull(listOf(record({ ...consumption, reclaimed })));
export const forfeited = orNull(listOf(record({ packId: text, units: whole, amount })));
