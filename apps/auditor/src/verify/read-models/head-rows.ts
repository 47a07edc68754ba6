import type { DatabaseSync } from 'node:sqlite';
import type { AuditScope } from '../../source/audit-scope.ts';
import type { StreamChain } from '../../source/stream-chain.ts';

interface HeadRow {
  readonly stream: string;
  readonly revision: number;
  readonly hash: string;
}

/** Where the heads of a read model file, which checkpoints are made of, are not those of the log. */
export function* differingHeads(
  database: DatabaseSync,
  chains: ReadonlyMap<string, StreamChain>,
  scope: AuditScope,
): Generator<{ readonly stream: string; readonly detail: string }> {
  const seen = new Set<string>();
  for (const row of database.prepare('SELECT stream, revision, hash FROM heads').iterate()) {
    const { stream, revision, hash } = row as unknown as HeadRow;
    if (!scope.hasStream(stream)) continue;
    seen.add(stream);
    const chain = chains.get(stream);
    if (chain?.revision === revision && chain.hash === hash) continue;
    yield { stream, detail: `its head is revision ${String(revision)}, in the log ${String(chain?.revision)}` };
  }
  for (const [stream, { revision }] of chains) {
    if (!seen.has(stream)) yield { stream, detail: `it has no head, in the log ${String(revision)}` };
  }
}
