import { beforeAll, describe, expect, it } from '@jest/globals';
import { start } from '../../../../test/support/driven-store.ts';
import {
  finished,
  forged,
  largeLedger,
  type Ledger,
  packLines,
  rechained,
  smallLedger,
  splitLines,
  unpack,
  verified,
} from '../../testing/bundles.ts';
import type { AuditReport } from '../index.ts';

let small: Ledger;
let large: Ledger;
/** Packed, without price books, and what is in it. */
let packed: Buffer;
let text: Buffer;
let lines: string[];

beforeAll(async () => {
  [small, large] = [await smallLedger(), await largeLedger()];
  packed = await packLines(small, undefined, []);
  text = unpack(packed);
  lines = splitLines(text);
});

function listKinds({ findings }: AuditReport): readonly string[] {
  return findings.map(({ kind }) => kind);
}

/** What is not found, of texts that must all be found wanting. */
async function unfound(texts: Iterable<readonly [string, Buffer]>): Promise<readonly string[]> {
  const missed: string[] = [];
  for (const [name, changed] of texts) if ((await verified(changed)).found === 0) missed.push(name);
  return missed;
}

describe('a bundle', () => {
  it('of a whole ledger has no findings, and holds every event', async () => {
    for (const ledger of [small, large]) {
      const report = await verified(unpack(await packLines(ledger)), ledger.outside);
      expect(report).toMatchObject({ findings: [], found: 0, notes: [] });
    }
    const report = await verified(text);
    expect([report.events, report.accounts, report.streams]).toEqual([8, 2, 3]);
  });

  it('of some accounts has no findings, and proves them from the newest checkpoint', async () => {
    const bundle = unpack(await packLines(large, { accounts: ['b', 'fir'], from: null, until: null }));
    expect(await verified(bundle)).toMatchObject({ findings: [], accounts: 2 });
    const proofs = splitLines(bundle).filter((line) => line.startsWith('{"kind":"proof"'));
    expect(proofs).toHaveLength(2);
    for (const [index, line] of proofs.entries()) {
      const wrong = line.replace(/"path":\["./, (found) => `${found.slice(0, -1)}${found.endsWith('0') ? '1' : '0'}`);
      const changed = forgedPart(splitLines(bundle).map((one) => (one === line ? wrong : one)));
      expect([index, ...listKinds(await verified(changed))]).toEqual([index, 'proof-wrong']);
    }
  });

  it('of a period has no findings, and its funds come out', async () => {
    const [from, until] = [start + 10_000, start + 41 * 60_000];
    for (const selection of [
      { accounts: null, from, until },
      { accounts: ['acme'], from: null, until },
      { accounts: ['acme'], from, until: null },
    ]) {
      const report = await verified(unpack(await packLines(large, selection)));
      expect([selection, report.findings]).toEqual([selection, []]);
      expect(report.events).toBeGreaterThan(20);
    }
    const bundle = splitLines(unpack(await packLines(large, { accounts: ['acme'], from, until })));
    const wrong = bundle.map((line) => line.replace(/^(\{"kind":"start".*"available":")/, '$11'));
    expect(listKinds(await verified(forgedPart(wrong)))).toEqual(['balance-equation']);
  });

  it('of a period says so if the funds of its beginning are no amounts', async () => {
    const bundle = splitLines(
      unpack(await packLines(large, { accounts: ['acme'], from: start + 10_000, until: null })),
    );
    const wrong = bundle.map((line) => line.replace(/^(\{"kind":"start".*"available":")/, '$1x'));
    expect(listKinds(await verified(forgedPart(wrong)))).toContain('bundle-damaged');
  });

  it('may say that it has more events than there are', async () => {
    const most = lines.map((line) => line.replace(/"eventsMax":\d+/, `"eventsMax":${String(Number.MAX_SAFE_INTEGER)}`));
    expect(await verified(finished(most.slice(0, -1)))).toMatchObject({ found: 0, events: 8 });
  });

  it('shows where its findings are', async () => {
    const changed = lines.map((line) => line.replace('\\"amount\\":\\"10\\"', '\\"amount\\":\\"11\\"'));
    const { findings } = await verified(forged(changed));
    expect(findings).toContainEqual(
      expect.objectContaining({ kind: 'hash-wrong', stream: 'account-acme', revision: 1 }),
    );
  });
});

/** Checksums and a manifest that fit, with the heads as they are. */
function forgedPart(some: readonly string[]): Buffer {
  return finished(some.slice(0, -1));
}

describe('a bundle that was forged, with heads and manifest rebuilt', () => {
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
    const bundle = splitLines(unpack(await packLines(large)));
    const [first, second] = large.outside;
    if (first === undefined || second === undefined) throw new Error('there are no checkpoints');
    const place = bundle.findIndex((line) => line.startsWith(`{"kind":"event","place":${String(second.events - 1)},`));
    // Everything from the second checkpoint's last event on, and that it ever was to be looked for.
    const cut = bundle.slice(0, place).map((line) => line.replace(/"marks":\[(\d+)[^\]]*\]/, '"marks":[$1]'));
    const shorter = forged(cut);
    expect((await verified(shorter)).findings.filter(({ kind }) => kind !== 'expiry-missed')).toEqual([]);
    expect(listKinds(await verified(shorter, [first]))).toEqual([]);
    expect(listKinds(await verified(shorter, [second]))).toEqual(['checkpoint-differs', 'log-cut-off']);
  });

  it('is convicted by the checkpoints in it of a history that was rebuilt with its chain', async () => {
    const rebuilt = rechained(splitLines(unpack(await packLines(large))), 'account-first', (data) =>
      data.replace('"amount":"10","reference"', '"amount":"11","reference"'),
    );
    const found = await verified(forged(rebuilt), large.outside);
    expect(new Set(listKinds(found))).toEqual(new Set(['checkpoint-root-wrong']));
    // One in the bundle and one outside, four times.
    expect(found.found).toBe(8);
  });
});

function isJson(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}
