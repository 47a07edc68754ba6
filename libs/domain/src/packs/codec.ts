import { amount, list, orNull, record, text, whole } from '../kernel/codec.ts';

/*
 * What the units of packs in the events of other topics must be.
 */

export const reservedUnits = orNull(list(record({ packId: text, units: whole })));
const consumption = { packId: text, units: whole, recognised: amount, listPrice: amount };
export const consumedUnits = orNull(list(record(consumption)));
const reclaimed = orNull(record({ units: whole, amount }));
export const consumedLate = orNull(list(record({ ...consumption, reclaimed })));
export const forfeited = orNull(list(record({ packId: text, units: whole, amount })));
