import { beforeAll, describe, expect } from '@jest/globals';
import { start } from '../../../../test/support/driven-store.ts';
import { BothVerifiers, itWithPython, packed } from '../../testing/both-verifiers.ts';
import {
  finished,
  forged,
  largeLedger,
  type Ledger,
  packLines,
  smallLedger,
  splitLines,
  unpack,
} from '../../testing/bundles.ts';

const sampled = 24;

const verifiers = new BothVerifiers();
let small: Ledger;
let large: Ledger;

beforeAll(async () => {
  [small, large] = [await smallLedger(), await largeLedger()];
});

const parts = [
  { accounts: null, from: null, until: null },
  { accounts: ['acme', 'b'], from: null, until: null },
  { accounts: null, from: null, until: start + 600_000 },
  { accounts: ['acme'], from: start + 10_000, until: start + 41 * 60_000 },
];

describe('the verifier in Python', () => {
  itWithPython('finds nothing where there is nothing, as the auditor does', async () => {
    for (const selection of parts) expect(await verifiers.agreed(await packLines(large, selection))).toBe(0);
    expect(await verifiers.agreed(await packLines(large), large.outside)).toBe(0);
  });

  itWithPython('finds any change of a byte, in the container or in what it holds', async () => {
    const bundle = await packLines(small);
    const text = unpack(bundle);
    for (let sample = 0; sample < sampled; sample += 1) {
      const changed = Buffer.from(text);
      const place = Math.floor((text.length * (sample + 0.5)) / sampled);
      changed[place] = (text[place] ?? 0) ^ 1;
      expect([place, await verifiers.agreed(await packed(changed))]).toEqual([place, 1]);
    }
    for (let place = 0; place < bundle.length - 16; place += Math.ceil(bundle.length / 10)) {
      const changed = Buffer.from(bundle);
      changed[place] = (bundle[place] ?? 0) ^ 1;
      expect([place, await verifiers.agreed(changed)]).toEqual([place, 1]);
      expect([place, await verifiers.agreed(bundle.subarray(0, place))]).toEqual([place, 1]);
    }
    expect(await verifiers.agreed(Buffer.concat([bundle, bundle]))).toBe(1);
  });

  itWithPython('finds what a forger leaves out, repeats or swaps, with heads and manifest rebuilt', async () => {
    const lines = splitLines(unpack(await packLines(small)));
    const events = lines.flatMap((line, index) => (line.startsWith('{"kind":"event"') ? [index] : []));
    for (const index of events) {
      const [line = '', next = ''] = lines.slice(index, index + 2);
      const isLast = index === events.at(-1);
      expect([index, await verifiers.agreed(await packed(forged(lines.toSpliced(index, 1))))]).toEqual([
        index,
        isLast ? 0 : 1,
      ]);
      expect([index, await verifiers.agreed(await packed(forged(lines.toSpliced(index, 0, line))))]).toEqual([
        index,
        1,
      ]);
      const swapped = forged(lines.with(index, next).with(index + 1, line));
      if (!isLast) expect([index, await verifiers.agreed(await packed(swapped))]).toEqual([index, 1]);
    }
  });

  itWithPython('finds a stream that begins a second time, and a name that is said twice', async () => {
    for (const [selection, isThere] of [
      [parts[0], false],
      [parts[3], true],
    ] as const) {
      const lines = splitLines(unpack(await packLines(large, selection)));
      const last = lines.findLastIndex((line) => line.startsWith('{"kind":"event"') && line.includes('"account-acme"'));
      const { stream, revision, hash } = JSON.parse(lines[last] ?? '') as Record<string, string>;
      const start = JSON.stringify({ kind: 'start', stream, revision, hash, available: '0', frozen: '0' });
      const begun = finished(lines.toSpliced(last + 1, 0, start).slice(0, -1));
      expect([isThere, await verifiers.agreed(await packed(begun))]).toEqual([isThere, 1]);
      const twice = (lines[last] ?? '').replace(/,"crc"/, ',"stream" :"account-beta","crc"');
      const named = finished(lines.with(last, twice).slice(0, -1));
      expect([isThere, await verifiers.agreed(await packed(named))]).toEqual([isThere, 1]);
    }
  });

  itWithPython('finds a proof, a root, a signature, a key that is not right', async () => {
    const lines = splitLines(unpack(await packLines(large)));
    for (const field of ['root', 'signature', 'publicKey', 'keyId', 'previous']) {
      const index = lines.findLastIndex((line) => line.includes(`\\"${field}\\":\\"`));
      const changed = (lines[index] ?? '').replace(
        new RegExp(`(\\\\"${field}\\\\":\\\\")(.)`),
        (_, name: string, digit: string) => {
          return name + (digit === '0' ? '1' : '0');
        },
      );
      const [first, second, out] = await verifiers.both(await packed(forged(lines.with(index, changed))));
      expect([field, first, second, out]).toEqual([field, 1, 1, expect.stringMatching(/checkpoint-/)]);
    }
    const part = splitLines(unpack(await packLines(large, { accounts: ['b'], from: null, until: null })));
    const proof = part.findIndex((line) => line.startsWith('{"kind":"proof"'));
    const wrong = (part[proof] ?? '').replace(/"revision":\d+/, '"revision":0');
    expect(await verifiers.agreed(await packed(forged(part.with(proof, wrong))))).toBe(1);
  });

  itWithPython('convicts a tail that was cut off by a checkpoint that was kept outside', async () => {
    const lines = splitLines(unpack(await packLines(small)));
    const [outside] = small.outside;
    if (outside === undefined) throw new Error('there is no checkpoint');
    const last = lines.findIndex((line) => line.startsWith(`{"kind":"event","place":${String(outside.events - 1)},`));
    const cut = await packed(
      forged(lines.slice(0, last).map((line) => line.replace(/"marks":\[[^\]]*\]/, '"marks":[]'))),
    );
    const [, alone] = await verifiers.both(cut);
    const [first, second, out] = await verifiers.both(cut, [outside]);
    expect([alone, first, second]).toEqual([0, 1, 1]);
    expect(out).toContain('log-cut-off');
  });

  itWithPython('passes over a line of a file of checkpoints that is torn, and says so', async () => {
    const [outside] = small.outside.map((one) => JSON.stringify(one));
    if (outside === undefined) throw new Error('there is no checkpoint');
    const bundle = await packLines(small);
    expect(verifiers.second(bundle, `${outside}\n`).code).toBe(0);
    const torn = verifiers.second(bundle, `${outside.slice(0, 60)}\n${outside}\n\0\0{"number"`);
    expect(torn).toEqual({ code: 1, out: expect.stringContaining('2 findings') });
    expect(torn.out.match(/^checkpoint-line-torn .*line [13]\b/gm)).toHaveLength(2);
    expect(verifiers.second(bundle, outside.slice(0, 60)).code).toBe(2);
  });
});
