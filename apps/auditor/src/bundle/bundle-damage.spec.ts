import { inflateRawSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { start } from '../../../../test/support/driven-store.ts';
import {
  joined,
  largeLedger,
  type Ledger,
  packLines,
  pieces,
  smallLedger,
  splitLines,
  unpack,
  verified,
} from '../../testing/bundles.ts';
import type { Finding } from '../index.ts';
import { verifyUnpacked } from '../verify/verify-unpacked.ts';
import { BundleLog } from './bundle-log.ts';
import { unpacked } from './container.ts';

let small: Ledger;
let large: Ledger;

beforeAll(async () => {
  [small, large] = [await smallLedger(), await largeLedger()];
});

/** Everything, and the end of it: with proofs, and with what an account had come to before. */
const selections = [
  { accounts: null, from: null, until: null },
  { accounts: ['acme'], from: start + 500, until: null },
];

/** A change at a line of the bundle, counted from 1; one that joins or splits lines is as well the next one's. */
type Change = readonly [name: string, line: number, changed: Buffer];

/** What reading alone finds, which is before all rules: the audit that is tried on samples tells it as well. */
async function readFindings(text: Buffer): Promise<readonly Finding[]> {
  const log = await BundleLog.open(() => pieces(text));
  const findings: Finding[] = [];
  for (let position = '' as Awaited<ReturnType<typeof log.readAll>>['position']; ;) {
    const page = await log.readAll(position, 1_000);
    findings.push(...(page.findings ?? []));
    ({ position } = page);
    if (page.atEnd) return [...findings, ...log.lastFindings()];
  }
}

function isAt({ line }: Finding, wanted: number): boolean {
  return line !== undefined && line >= wanted - 1 && line <= wanted + 1;
}

/** Changes that are not found at their line; every so many are audited as a whole. */
async function unlocated(changes: Iterable<Change>, auditedEvery = 500): Promise<readonly string[]> {
  const missed: string[] = [];
  let tried = 0;
  for (const [name, line, changed] of changes) {
    tried += 1;
    const read = await readFindings(changed);
    if (!read.some((finding) => isAt(finding, line))) missed.push(name);
    if (tried % auditedEvery !== 0) continue;
    const { findings } = await verified(changed);
    if (!findings.some((finding) => isAt(finding, line))) missed.push(`${name}, audited`);
  }
  expect(tried).toBeGreaterThan(100);
  return missed;
}

/** What a byte is replaced by, and what is put in anywhere: other digits, the other case, spaces, ends, no text at all. */
const bytesTried = [0x00, 0x0a, 0x20, 0x22, 0x30, 0x7d, 0xff];

function lineAt(text: Buffer, place: number): number {
  return text.subarray(0, place).filter((byte) => byte === 0x0a).length + 1;
}

function* ofBytes(text: Buffer): Generator<Change> {
  let line = 1;
  for (const [place, byte] of text.entries()) {
    const [before, after] = [text.subarray(0, place), text.subarray(place)];
    for (const other of new Set([...bytesTried, byte ^ 0x01, byte ^ 0x20, byte ^ 0x80])) {
      const put = Buffer.from([other]);
      if (other !== byte)
        yield [`${String(other)} at ${String(place)}`, line, Buffer.concat([before, put, after.subarray(1)])];
      yield [`${String(other)} before ${String(place)}`, line, Buffer.concat([before, put, after])];
    }
    yield [`without ${String(place)}`, line, Buffer.concat([before, after.subarray(1)])];
    if (byte === 0x0a) line += 1;
  }
}

function* ofNeighbours(text: Buffer): Generator<Change> {
  for (let place = 0; place + 1 < text.length; place += 1) {
    if (text[place] === text[place + 1]) continue;
    const changed = Buffer.from(text);
    changed[place] = text[place + 1] ?? 0;
    changed[place + 1] = text[place] ?? 0;
    yield [`${String(place)} for the one behind it`, lineAt(text, place), changed];
  }
  for (let length = 0; length < text.length; length += 1) {
    yield [`cut off at ${String(length)}`, lineAt(text, length), text.subarray(0, length)];
  }
}

function* ofLines(lines: readonly string[]): Generator<Change> {
  for (const [index, line] of lines.entries()) {
    yield [`without line ${String(index)}`, index + 1, joined(lines.toSpliced(index, 1))];
    for (let place = 0; place <= lines.length; place += 1) {
      yield [`line ${String(index)} again at ${String(place)}`, place + 1, joined(lines.toSpliced(place, 0, line))];
      const other = lines[place];
      if (other === undefined || place <= index) continue;
      const swapped = joined(lines.with(index, other).with(place, line));
      yield [`${String(index)} for ${String(place)}`, index + 1, swapped];
    }
  }
}

describe.each(selections)('a bundle of $accounts from $from that was changed', (selection) => {
  let text: Buffer;

  beforeAll(async () => {
    text = unpack(await packLines(small, selection, []));
  });

  it('is sound before', async () => {
    expect(await readFindings(text)).toEqual([]);
    expect((await verified(text)).findings).toEqual([]);
  });

  it('is found wanting at its line for every byte that is another, more or missing', async () => {
    expect(await unlocated(ofBytes(text))).toEqual([]);
  });

  it('is found wanting at its line for any two neighbours swapped, and any end cut off', async () => {
    expect(await unlocated(ofNeighbours(text))).toEqual([]);
  });

  it('is found wanting at its line for any line more or less, and any two swapped', async () => {
    expect(await unlocated(ofLines(splitLines(text)), 50)).toEqual([]);
  });
});

describe('the container of a bundle', () => {
  let packed: Buffer;
  let text: Buffer;

  beforeAll(async () => {
    packed = await packLines(small, undefined, []);
    text = unpack(packed);
  });

  /** The last bits of the packed body are filling. */
  function saysTheSame(changed: Buffer): boolean {
    return inflateRawSync(changed.subarray(10, -8)).equals(text) && changed.subarray(-8).equals(packed.subarray(-8));
  }

  it('is found wanting for any byte, unless it says the same', async () => {
    const missed: string[] = [];
    for (let place = 0; place < packed.length; place += 1) {
      for (const mask of [0x01, 0xff]) {
        const changed = Buffer.from(packed);
        changed[place] = (packed[place] ?? 0) ^ mask;
        const { found } = await verifyUnpacked(() => unpacked(pieces(changed)));
        if (found === 0 && !saysTheSame(changed)) missed.push(`${String(place)} ^ ${String(mask)}`);
      }
      const { found } = await verifyUnpacked(() => unpacked(pieces(packed.subarray(0, place))));
      if (found === 0) missed.push(`cut off at ${String(place)}`);
    }
    const more = await verifyUnpacked(() => unpacked(pieces(Buffer.concat([packed, packed]))));
    expect([missed, more.found > 0]).toEqual([[], true]);
    expect((await verifyUnpacked(() => unpacked(pieces(packed)))).found).toBe(0);
  });
});

describe('a larger bundle', () => {
  it('is found wanting at its line wherever a byte is changed or its end is', async () => {
    const text = unpack(await packLines(large));
    const step = Math.ceil(text.length / 300);
    const changes = function* (): Generator<Change> {
      for (let place = 0; place < text.length; place += step) {
        const changed = Buffer.from(text);
        changed[place] = (text[place] ?? 0) ^ 0x01;
        yield [`byte ${String(place)}`, lineAt(text, place), changed];
        yield [`cut off at ${String(place)}`, lineAt(text, place), text.subarray(0, place)];
      }
    };
    expect(await unlocated(changes(), 10)).toEqual([]);
  });
});
