import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { createHash } from 'node:crypto';
import { inflateRawSync } from 'node:zlib';
import { chainHash, chainStart, eventIdOf } from '#ledger';
import { discard, start } from '../../../test/support/driven-store.ts';
import { unpacked } from '../src/bundle/container.ts';
import { verifyUnpacked } from '../src/bundle/verify-bundle.ts';
import type { AuditReport } from '../src/index.ts';
import {
  forged,
  largeLedger,
  linesOf,
  packedOf,
  pieces,
  smallLedger,
  textOf,
  verified,
  type Ledger,
} from './bundles.ts';

jest.setTimeout(240_000);

let small: Ledger;
let large: Ledger;
/** Packed, without price books, and what is in it. */
let packed: Buffer;
let text: Buffer;
let lines: string[];

beforeAll(async () => {
  [small, large] = [await smallLedger(), await largeLedger()];
  packed = await packedOf(small, undefined, []);
  text = textOf(packed);
  lines = linesOf(text);
});
afterAll(() => {
  for (const { directory } of [small, large]) discard(directory);
});

function kindsOf({ findings }: AuditReport): readonly string[] {
  return findings.map(({ kind }) => kind);
}

/** What is not found, of texts that must all be found wanting. */
async function unfound(texts: Iterable<readonly [string, Buffer]>): Promise<readonly string[]> {
  const missed: string[] = [];
  for (const [name, changed] of texts) if ((await verified(changed)).found === 0) missed.push(name);
  return missed;
}

function joined(some: readonly string[]): Buffer {
  return Buffer.from(some.map((line) => `${line}\n`).join(''));
}

describe('a bundle', () => {
  it('of a whole ledger has no findings, and holds every event', async () => {
    for (const ledger of [small, large]) {
      const report = await verified(textOf(await packedOf(ledger)), ledger.outside);
      expect(report).toMatchObject({ findings: [], found: 0, notes: [] });
    }
    const report = await verified(text);
    expect([report.events, report.accounts, report.streams]).toEqual([8, 2, 3]);
  });

  it('of some accounts has no findings, and proves them from the newest checkpoint', async () => {
    const bundle = textOf(await packedOf(large, { accounts: ['b', 'fir'], from: null, until: null }));
    expect(await verified(bundle)).toMatchObject({ findings: [], accounts: 2 });
    const proofs = linesOf(bundle).filter((line) => line.startsWith('{"kind":"proof"'));
    expect(proofs).toHaveLength(2);
    for (const [index, line] of proofs.entries()) {
      const wrong = line.replace(/"path":\["./, (found) => `${found.slice(0, -1)}${found.endsWith('0') ? '1' : '0'}`);
      const changed = forgedPart(linesOf(bundle).map((one) => (one === line ? wrong : one)));
      expect([index, ...kindsOf(await verified(changed))]).toEqual([index, 'proof-wrong']);
    }
  });

  it('of a period has no findings, and its funds come out', async () => {
    const [from, until] = [start + 10_000, start + 41 * 60_000];
    for (const selection of [
      { accounts: null, from, until },
      { accounts: ['acme'], from: null, until },
      { accounts: ['acme'], from, until: null },
    ]) {
      const report = await verified(textOf(await packedOf(large, selection)));
      expect([selection, report.findings]).toEqual([selection, []]);
      expect(report.events).toBeGreaterThan(20);
    }
    const bundle = linesOf(textOf(await packedOf(large, { accounts: ['acme'], from, until })));
    const wrong = bundle.map((line) => line.replace(/^(\{"kind":"start".*"available":")/, '$11'));
    expect(kindsOf(await verified(forgedPart(wrong)))).toEqual(['balance-equation']);
  });

  it('shows where its findings are', async () => {
    const changed = lines.map((line) => line.replace('\\"amount\\":\\"10\\"', '\\"amount\\":\\"11\\"'));
    const { findings } = await verified(forged(changed));
    expect(findings).toContainEqual(
      expect.objectContaining({ kind: 'hash-wrong', stream: 'account-acme', revision: 1 }),
    );
  });
});

/** A manifest that fits, with the heads as they are. */
function forgedPart(some: readonly string[]): Buffer {
  const heads = some.filter((line) => line.startsWith('{"kind":"head"'));
  const anew = linesOf(forged(some)).filter((line) => !line.startsWith('{"kind":"head"'));
  const manifest = anew.pop() ?? '';
  const body = joined([...anew, ...heads]);
  const digest = linesOf(forged([...anew, ...heads])).pop() ?? manifest;
  return withManifest(body, digest, heads.length);
}

function withManifest(body: Buffer, manifest: string, heads: number): Buffer {
  const fields = JSON.parse(manifest) as Record<string, unknown>;
  const sha256 = createHash('sha256').update(body).digest('hex');
  return Buffer.concat([body, Buffer.from(`${JSON.stringify({ ...fields, heads, sha256 })}\n`)]);
}

describe('a bundle that was changed', () => {
  it('is found wanting for any single byte', async () => {
    const changes = function* (): Generator<readonly [string, Buffer]> {
      for (let place = 0; place < text.length; place += 1) {
        for (const mask of [0x01]) {
          const changed = Buffer.from(text);
          changed[place] = (text[place] ?? 0) ^ mask;
          yield [`byte ${String(place)} ^ ${String(mask)}`, changed];
        }
      }
    };
    expect(await unfound(changes())).toEqual([]);
  });

  it('is found wanting for any byte more or less', async () => {
    const changes = function* (): Generator<readonly [string, Buffer]> {
      for (let place = 0; place <= text.length; place += 1) {
        const [before, after] = [text.subarray(0, place), text.subarray(place)];
        if (place % 4 === 0) yield [`a digit at ${String(place)}`, Buffer.concat([before, Buffer.from('0'), after])];
        if (after.length > 0) yield [`without ${String(place)}`, Buffer.concat([before, after.subarray(1)])];
      }
    };
    expect(await unfound(changes())).toEqual([]);
  });

  it('is found wanting for any line more or less, any two swapped, and any end cut off', async () => {
    const changes = function* (): Generator<readonly [string, Buffer]> {
      for (const [index, line] of lines.entries()) {
        yield [`without line ${String(index)}`, joined(lines.toSpliced(index, 1))];
        for (let place = 0; place <= lines.length; place += 1) {
          yield [`line ${String(index)} again at ${String(place)}`, joined(lines.toSpliced(place, 0, line))];
          const other = lines[place];
          if (other === undefined || place <= index) continue;
          yield [`${String(index)} for ${String(place)}`, joined(lines.with(index, other).with(place, line))];
        }
      }
      for (let length = 0; length < text.length; length += 1) {
        yield [`cut off at ${String(length)}`, text.subarray(0, length)];
      }
    };
    expect(await unfound(changes())).toEqual([]);
  });

  it('is found wanting for any byte of its container, unless that says the same', async () => {
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

  /** The last bits of the packed body are filling. */
  function saysTheSame(changed: Buffer): boolean {
    return inflateRawSync(changed.subarray(10, -8)).equals(text) && changed.subarray(-8).equals(packed.subarray(-8));
  }

  it('is found wanting in any part of a larger one', async () => {
    const bundle = textOf(await packedOf(large));
    const step = Math.ceil(bundle.length / 300);
    const changes = function* (): Generator<readonly [string, Buffer]> {
      for (let place = 0; place < bundle.length; place += step) {
        const changed = Buffer.from(bundle);
        changed[place] = (bundle[place] ?? 0) ^ 0x01;
        yield [`byte ${String(place)}`, changed];
        yield [`cut off at ${String(place)}`, bundle.subarray(0, place)];
      }
    };
    expect(await unfound(changes())).toEqual([]);
  });
});

describe('a bundle that was forged, with heads and manifest made anew', () => {
  it('is found wanting for any byte of any event', async () => {
    const events = lines.flatMap((line, index) => (line.startsWith('{"kind":"event"') ? [index] : []));
    const changes = function* (): Generator<readonly [string, Buffer]> {
      for (const index of events) {
        const line = lines[index] ?? '';
        for (let place = line.indexOf('"stream"'); place < line.indexOf(',"recordedAt"'); place += 1) {
          const letter = String.fromCharCode(line.charCodeAt(place) ^ 1);
          const changed = lines.with(index, line.slice(0, place) + letter + line.slice(place + 1));
          // Not even a line, which no forger would hand out.
          if (!isJson(changed[index] ?? '')) continue;
          yield [`line ${String(index)} at ${String(place)}`, forged(changed)];
        }
      }
    };
    expect(await unfound(changes())).toEqual([]);
  });

  it('is found wanting for any event that is left out, but for the last of all without a checkpoint', async () => {
    const events = lines.flatMap((line, index) => (line.startsWith('{"kind":"event"') ? [index] : []));
    for (const index of events) {
      const cut = forged(lines.toSpliced(index, 1));
      const isLast = index === events.at(-1);
      expect([index, (await verified(cut)).found > 0]).toEqual([index, !isLast]);
    }
  });

  it('is convicted of a tail that was cut off by one checkpoint that was kept outside', async () => {
    const bundle = linesOf(textOf(await packedOf(large)));
    const [first, second] = large.outside;
    if (first === undefined || second === undefined) throw new Error('there are no checkpoints');
    const place = bundle.findIndex((line) => line.startsWith(`{"kind":"event","place":${String(second.events - 1)},`));
    // Everything from the second checkpoint's last event on, and that it ever was to be looked for.
    const cut = bundle.slice(0, place).map((line) => line.replace(/"marks":\[(\d+)[^\]]*\]/, '"marks":[$1]'));
    const shorter = forged(cut);
    expect((await verified(shorter)).findings.filter(({ kind }) => kind !== 'expiry-missed')).toEqual([]);
    expect(kindsOf(await verified(shorter, [first]))).toEqual([]);
    expect(kindsOf(await verified(shorter, [second]))).toEqual(['checkpoint-differs', 'log-cut-off']);
  });

  it('is convicted by the checkpoints in it of a history that was chained anew', async () => {
    const { lines: anew, revision } = rechainedLines(linesOf(textOf(await packedOf(large))), 'account-first');
    const found = await verified(forged(anew), large.outside);
    expect(revision).toBe(1);
    expect(new Set(kindsOf(found))).toEqual(new Set(['checkpoint-root-wrong']));
    // One in the bundle and one outside, four times.
    expect(found.found).toBe(8);
  });
});

/** An account that was paid more, with its chain made anew. */
function rechainedLines(some: readonly string[], stream: string): { lines: readonly string[]; revision: number } {
  let hash = chainStart;
  let changedAt = -1;
  const anew = some.map((line) => {
    const event = JSON.parse(line) as { kind: string; stream: string; revision: number } & Record<string, string>;
    if (event.kind !== 'event' || event.stream !== stream) return line;
    const { type = '', metadata = '' } = event;
    const data = (event['data'] ?? '').replace('"amount":"10","reference"', '"amount":"11","reference"');
    if (data !== event['data'] && changedAt < 0) changedAt = event.revision;
    hash = chainHash(hash, stream, event.revision, type, data, metadata);
    return JSON.stringify({ ...event, data, hash, id: eventIdOf(hash) });
  });
  return { lines: anew, revision: changedAt };
}

function isJson(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}
