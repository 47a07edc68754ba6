import { describe, expect, it } from '@jest/globals';
import { accountEventTypes } from '#domain';
import { readModelsVersion } from './schema.ts';

describe('the version of the read models', () => {
  // Requests are kept with the type of their event as it reads: where a type gets a new version, rows of the old name
  // would not be known again, and a repeated refund would be a new one.
  it('was raised with the last new version of an event', () => {
    const replaced = accountEventTypes.filter((type) => !type.endsWith('.v1')).toSorted();
    expect([readModelsVersion, replaced]).toEqual([21, []]);
  });
});
