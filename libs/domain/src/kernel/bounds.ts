/** Bounds of what a command may carry, both ends included; characters are UTF-16 code units. */
export const bounds = {
  idCharactersMax: 64,
  /** A name, `@`, and a version of up to six digits. */
  priceBookCharactersMax: 47,
  productCharactersMax: 40,
  familyCharactersMax: 40,
  /** Packs of one account that have units left, or that a hold could still be settled late from. */
  packsMax: 500,
  packUnitsMax: 1_000_000_000,
  timeZoneCharactersMax: 64,
  dateCharactersMax: 10,
  reasonCharactersMax: 200,
  referenceCharactersMax: 200,
  payerCharactersMax: 200,
  /** Of an order as a channel names it. */
  orderCharactersMax: 200,
  currencyCharactersMax: 16,
  metadataKeysMax: 20,
  metadataKeyCharactersMax: 40,
  metadataValueCharactersMax: 500,
  evidenceStringsMax: 5,
  openHoldsMax: 10_000_000,
  /** Products of one account that have a price of their own. */
  overridesMax: 50,
  /** Tables that were ever agreed with one account. */
  agreedTablesMax: 1_000,
  packWarningDaysMax: 366,
  quantityMax: 1_000_000,
  ttlSecondsMax: 2_592_000,
  attemptsMax: 100,
  /** Budgets of one account. */
  budgetsMax: 10_000,
  /** Most orders of one account that may be open at once. */
  openOrdersMax: 1_000,
  /** The last that a calendar can name, ms since 1970. */
  instantMax: 8_640_000_000_000_000,
} as const;

/** The currencies that an account can have; all are kept to the same scale. */
export const currencies: readonly string[] = ['CNY'];

/** Defaults that belong to version 1 of the events they are recorded in: changing one makes a new event version. */
export const defaults = {
  currency: 'CNY',
  timeZone: 'Asia/Shanghai',
  openHoldsMax: 100_000,
  quantity: 1,
  ttlSeconds: 1_800,
} as const;
