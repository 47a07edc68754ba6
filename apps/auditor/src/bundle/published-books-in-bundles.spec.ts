import { beforeAll, describe, expect, it } from '@jest/globals';
import { type Command, type PriceBook, type RequestedTerms, shippedPriceBooks } from '#domain';
import { CheckpointedStore } from '../../../../test/support/checkpointed-store.ts';
import { deposit, openAccount, settle } from '../../../../test/support/commands.ts';
import { start } from '../../../../test/support/driven-store.ts';
import { scratchDirectory } from '../../../../test/support/scratch-directory.ts';
import { BothVerifiers, itWithPython, packed } from '../../testing/both-verifiers.ts';
import { forged, type Ledger, packLines, rechained, splitLines, unpack, whole } from '../../testing/bundles.ts';

const verifiers = new BothVerifiers();
let ledger: Ledger;

function book(version: number, first: string, then: string): PriceBook {
  const steps = [
    { upTo: 2, price: first },
    { upTo: null, price: then },
  ];
  const check = { counter: 'check', basis: 'completed', credentialSeconds: null, steps, packFamily: null } as const;
  return { name: 'ours', version, currency: 'CNY', products: { check }, packs: {} };
}

function freeze(holdId: string, product: string): Command {
  const rest = { amount: null, ttlSeconds: null, budget: null, metadata: null };
  return { kind: 'freeze', holdId, product, quantity: 1, ...rest };
}

function terms(changeId: string, asked: RequestedTerms): Command {
  return { kind: 'change-terms', changeId, reason: 'agreed', asked };
}

/** One account on a published book, later with a price of its own; one that moves to its second version. */
async function publishedLedger(): Promise<Ledger> {
  const directory = scratchDirectory();
  const store = await CheckpointedStore.open(directory);
  const { driven } = store;
  const cause = { actor: 'spec', correlationId: 'spec' };
  const calls = async (accountId: string, product: string, ...ids: readonly string[]): Promise<void> => {
    for (const id of ids) await driven.run(accountId, freeze(id, product), settle(id));
  };
  await driven.priceBooks.publish(book(1, '0.5', '0.4'), cause);
  await driven.run('acme', { ...openAccount('acme'), priceBook: 'ours@1' }, deposit('d1', '100'));
  await driven.run('beta', { ...openAccount('beta'), priceBook: 'dcloud-2023' }, deposit('d1', '100'));
  await calls('acme', 'check', 'a1', 'a2', 'a3');
  await calls('beta', 'face-verify', 'b1');
  driven.clock.time += 1_000;
  await driven.priceBooks.publish(book(2, '0.6', '0.3'), cause);
  await driven.run('beta', terms('t1', { priceBook: 'ours' }));
  await driven.run('acme', terms('t1', { overrides: { check: [{ upTo: null, price: '0.1' }] } }));
  await calls('beta', 'check', 'b2', 'b3', 'b4');
  await calls('acme', 'check', 'a4');
  await store.checkpoint();
  driven.clock.time += 1_000;
  await driven.run('late', { ...openAccount('late'), priceBook: 'ours@1' }, deposit('d1', '100'));
  await calls('late', 'check', 'l1');
  await calls('acme', 'check', 'a5');
  await store.close();
  return { directory, outside: store.outside };
}

const parts = [
  { accounts: ['acme'], from: null, until: null },
  { accounts: ['beta'], from: null, until: null },
  { accounts: null, from: null, until: start + 1_500 },
  { accounts: null, from: start + 1_500, until: null },
];

beforeAll(async () => {
  ledger = await publishedLedger();
});

/** Kinds that the auditor finds, and whether the other verifier finds one of them as well. */
async function kindsFound(lines: readonly string[]): Promise<readonly [kinds: readonly string[], agreed: boolean]> {
  const { findings, out } = await verifiers.verify(await packed(forged(lines)));
  const kinds = [...new Set(findings.map(({ kind }) => kind))];
  return [kinds, kinds.some((kind) => out.includes(`${kind}  `))];
}

/** Of a bundle whose forger took the checkpoints out as well. */
async function unsigned(selection = whole): Promise<readonly string[]> {
  const lines = splitLines(unpack(await packLines(ledger, selection)));
  return lines
    .filter((line) => !line.includes('"stream":"checkpoints"') && !line.startsWith('{"kind":"proof"'))
    .map((line) => line.replace(/"marks":\[[^\]]*\]/, '"marks":[]').replace(/"place":(\d+)/, renumbered(lines)));
}

/** Without the checkpoints' events the places behind them move up. */
function renumbered(lines: readonly string[]): (found: string, place: string) => string {
  const own = lines.flatMap((line) => {
    const [, place] = /^\{"kind":"event","place":(\d+),"stream":"checkpoints"/.exec(line) ?? [];
    return place === undefined ? [] : [Number(place)];
  });
  return (_, place) => `"place":${String(Number(place) - own.filter((one) => one < Number(place)).length)}`;
}

describe('published price books in a bundle', () => {
  itWithPython('price everything that was agreed on them, in the whole and in every part', async () => {
    for (const selection of [whole, ...parts]) {
      const bundle = await packLines(ledger, selection);
      const { findings, code, out } = await verifiers.verify(bundle);
      expect([selection, findings, code, out]).toEqual([selection, [], 0, expect.any(String)]);
      const lines = splitLines(unpack(bundle));
      expect(lines.filter((line) => line.includes('"type":"price-book-published.v1"'))).toHaveLength(2);
      expect(lines.filter((line) => line.startsWith('{"kind":"price-book"'))).toHaveLength(shippedPriceBooks.length);
    }
  });

  it('are proven by the checkpoint in a part', async () => {
    const [part = whole] = parts;
    const proofs = splitLines(unpack(await packLines(ledger, part))).filter((line) =>
      line.startsWith('{"kind":"proof"'),
    );
    expect(proofs.map((line) => (JSON.parse(line) as { stream: string }).stream)).toEqual([
      'account-acme',
      'price-books',
    ]);
  });

  itWithPython('convict a charge if they are forged, though every chain fits', async () => {
    for (const selection of [whole, ...parts.slice(0, 3)]) {
      const lines = await unsigned(selection);
      expect([selection, await kindsFound(lines)]).toEqual([selection, [[], false]]);
      for (const [price, other] of [
        ['0.5', '0.45'],
        ['0.6', '0.55'],
      ] as const) {
        const rebuilt = rechained(lines, 'price-books', (data) => data.replace(`"${price}"`, `"${other}"`));
        const isUsed = price === '0.5' ? selection.accounts?.[0] !== 'beta' : selection.accounts?.[0] !== 'acme';
        const found = await kindsFound(rebuilt);
        expect([selection, price, found]).toEqual([
          selection,
          price,
          isUsed ? [expect.arrayContaining(['price-table-wrong']), true] : [[], false],
        ]);
      }
    }
  });

  itWithPython('are missed where they were left out', async () => {
    for (const [version, kinds] of [
      [1, ['price-table-wrong', 'price-book-invalid']],
      [2, ['terms-invalid', 'price-table-wrong']],
    ] as const) {
      const lines = rechained(await unsigned(parts[2]), 'price-books', (data) =>
        data.includes(`"version":${String(version)},`) ? undefined : data,
      );
      const [found, agreed] = await kindsFound(lines);
      expect([version, found, agreed]).toEqual([version, expect.arrayContaining([...kinds]), true]);
    }
  });

  itWithPython('count, and not what a bundle says that came with the ledger', async () => {
    const lines = [...(await unsigned())];
    lines.splice(
      1,
      0,
      JSON.stringify({ kind: 'price-book', book: book(1, '0.05', '0.04') }).replace(/\}$/, ',"crc":"00000000"}'),
    );
    const [found, agreed] = await kindsFound(lines);
    expect([found, agreed]).toEqual([['price-book-invalid'], true]);
  });
});
