import { describe, expect, it } from '@jest/globals';
import { anEvent } from '../../../../test/contract/event-store.contract.ts';
import fc from '../../../../test/support/fast-check.ts';
import { bytesOfEvents } from './event-text.ts';
import { appendsIn, computeCrc, type GroupRow, listEvents, RowWriter } from './group-row.ts';

const place = fc.nat({ max: Number.MAX_SAFE_INTEGER });
const append = fc.record({
  stream: fc.maxSafeInteger(),
  revision: place,
  previous: fc.option(place),
  texts: fc.array(fc.string({ unit: 'grapheme', maxLength: 20 }), { minLength: 1, maxLength: 3 }),
});

function toRow(
  appends: readonly { stream: number; revision: number; previous: number | null; texts: string[] }[],
): GroupRow {
  const writer = new RowWriter();
  for (const { texts, ...rest } of appends) {
    writer.add({ ...rest, count: texts.length }, bytesOfEvents(texts.map((text) => anEvent('x', text))));
  }
  const row = writer.row(7, 1_000);
  return { ...row, appends: Buffer.from(row.appends), events: Buffer.from(row.events) };
}

describe('a row of the log', () => {
  it('is read as it was written', () => {
    fc.assert(
      fc.property(fc.array(append, { minLength: 1, maxLength: 5 }), (appends) => {
        const row = toRow(appends);
        const read = appendsIn(row);
        expect(read.map(({ stream, revision, previous }) => [stream, revision, previous])).toEqual(
          appends.map(({ stream, revision, previous }) => [stream, revision, previous]),
        );
        expect(read.map((one) => listEvents(row, one).map(({ data }) => data))).toEqual(
          appends.map(({ texts }) => texts),
        );
        expect(read.at(-1)?.position).toBe(7 + row.count - (appends.at(-1)?.texts.length ?? 0));
        expect(computeCrc(row)).toBe(row.crc);
      }),
    );
  });

  it('has another checksum if any byte of it is another, or its place or time', () => {
    const row = toRow([
      { stream: 1, revision: 0, previous: null, texts: ['a', 'b'] },
      { stream: 2, revision: 4, previous: 3, texts: ['c'] },
    ]);
    for (const part of ['appends', 'events'] as const) {
      for (let at = 0; at < row[part].length; at += 1) {
        const changed = Buffer.from(row[part]);
        changed[at] = (changed[at] ?? 0) ^ 0x01;
        expect(computeCrc({ ...row, [part]: changed })).not.toBe(row.crc);
      }
    }
    for (const part of ['position', 'count', 'recorded_at'] as const) {
      expect(computeCrc({ ...row, [part]: row[part] + 1 })).not.toBe(row.crc);
    }
  });

  it.each(['1 0 1 -', '1 0 1 - x\n', '1 0 - - 5\n', '1 0 1 - 5', '1  0 1 - 5\n', ' \n'])(
    'is not read where it is damaged: %j',
    (damaged) => {
      expect(() => appendsIn({ position: 0, appends: Buffer.from(damaged) })).toThrow('damaged');
    },
  );
});
