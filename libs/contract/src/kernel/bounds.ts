/**
 * Bounds of what a caller may send, both ends included; characters are UTF-16 code units. Those that the domain has too
 * bear its names, and a test holds the two together: the contract goes to browsers and does not import the domain.
 */
export const bounds = {
  idCharactersMax: 64,
  /** What something of a price book is called: the book, a product, a counter, a family of packs. */
  nameCharactersMax: 40,
  priceBookVersionMax: 999_999,
  priceBookProductsMax: 200,
  /** Steps of one table of prices. */
  priceStepsMax: 100,
  /** The last unit of a step, and the units of a pack in a price book. */
  pricedUnitsMax: 1_000_000_000_000,
  /** Packs of one family in a price book. */
  packSizesMax: 100,
  packUnitsMax: 1_000_000_000,
  timeZoneCharactersMax: 64,
  reasonCharactersMax: 200,
  referenceCharactersMax: 200,
  payerCharactersMax: 200,
  metadataKeysMax: 20,
  metadataKeyCharactersMax: 40,
  metadataValueCharactersMax: 500,
  /** As JSON: what one route takes another must list, thousands at a time. */
  metadataBytesMax: 16 * 1_024,
  evidenceStringsMax: 5,
  openHoldsMax: 10_000_000,
  /** Products of one account that have a price of their own. */
  overridesMax: 50,
  packWarningPercentMax: 100,
  packWarningDaysMax: 366,
  quantityMax: 1_000_000,
  ttlSecondsMax: 2_592_000,
  /** Most operations of one batch. */
  batchOperationsMax: 8_192,
  /** Most operations of a linked group. */
  linkedGroupMax: 500,
  /** Most rows of one page of a list. */
  pageRowsMax: 500,
  keyNameCharactersMax: 100,
  /** Prefixes of accounts that a key, an endpoint or an export names. */
  accountPrefixesMax: 100,
  urlCharactersMax: 2_048,
  webhookDescriptionCharactersMax: 200,
  webhookEventTypesMax: 100,
  /** Longest time that an old secret may go on signing beside a new one: a week. */
  graceSecondsMax: 604_800,
  /** Digits after the second: clocks that are read elsewhere tell nanoseconds. */
  fractionDigitsMax: 9,
  /** The last instant that a caller can name, ms since 1970; the first is 1970 itself. */
  givenTimeMax: Date.parse('9999-12-31T23:59:59.999Z'),
} as const;

/** The currencies that an account or a price book can have. */
export const currencies = ['CNY'] as const;
