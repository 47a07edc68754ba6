import { printable } from '#terminal';
import type { LedgerReport } from '../verify/partitions/audit-partition.ts';

/** What an audit was asked to look at. */
export interface Asked {
  readonly mode: 'ledger' | 'bundle' | 'hashes';
  /** Only accounts whose ids start with this. */
  readonly accounts: string | undefined;
  /** Checkpoints that were kept elsewhere. */
  readonly outside: number;
}

/** What was looked at, and what was not: no findings says nothing of the rest. */
export interface Checked {
  readonly checked: readonly string[];
  readonly notChecked: readonly string[];
}

const tail =
  'the end of the log: without --checkpoint, a file that was kept elsewhere, a tail that was cut off is not seen';

export function checkedBy(report: Omit<LedgerReport, 'readModels'> & Partial<LedgerReport>, asked: Asked): Checked {
  const { events, accounts, streams, readModels = [] } = report;
  const chains = `the hash, id, revision and place of ${String(events)} events in ${String(streams)} streams`;
  if (asked.mode === 'hashes') {
    return { checked: [chains], notChecked: ['rules and balances', 'checkpoints', 'read models', tail] };
  }
  const whose = asked.accounts === undefined ? '' : `, of those whose ids begin with ${asked.accounts}`;
  const ofLedger = asked.mode === 'ledger';
  const files = readModels.map(({ file }) => file).join(', ');
  return {
    checked: [
      chains,
      `every rule and figure of ${String(accounts)} accounts${whose}`,
      'payments, orders and published prices across accounts',
      'the checkpoints and signing keys that are in it',
      ...(asked.outside > 0 ? [`${String(asked.outside)} checkpoints that were kept elsewhere`] : []),
      ...(files === '' ? [] : [`the read models ${files}`]),
    ],
    notChecked: [
      ...(asked.outside > 0 ? [] : [tail]),
      ...(ofLedger && files === '' ? ['read models: there are none here that could be compared'] : []),
      ...(asked.mode === 'bundle' ? ['what the bundle does not hold'] : []),
    ],
  };
}

export function checkedLines({ checked, notChecked }: Checked): readonly string[] {
  return [
    ...checked.map((what) => `checked: ${printable(what)}`),
    ...notChecked.map((what) => `not checked: ${printable(what)}`),
  ];
}
