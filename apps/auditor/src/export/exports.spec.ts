import { beforeAll, describe, expect, it } from '@jest/globals';
import { chainHash, chainStart, eventIdFromHash } from '#domain';
import { scenarios } from '../../../../test/support/account-scenarios.ts';
import { recordedEvents, toLog } from '../../../../test/support/chained-log.ts';
import { damagedCopy, scenarioDirectory, start } from '../../../../test/support/driven-store.ts';
import fc from '../../../../test/support/fast-check.ts';
import { hledger } from '../../../../test/support/hledger.ts';
import { allSampleEvents } from '../../../../test/support/sample-events.ts';
import { SideBySide } from '../../../../test/support/side-by-side.ts';
import { hledger as hledgerProgram, itWith } from '../../../../test/support/tools.ts';
import { auditor, csvRows, splitOutput } from '../../testing/run-auditor.ts';
import { everything } from '../source/selection.ts';
import { exportJournal, type Outlet } from './export.ts';
import { hledgerJournal } from './hledger-journal.ts';
import { Journal } from './journal.ts';

const itWithHledger = itWith(hledgerProgram);

let sound: string;

beforeAll(async () => {
  sound = await scenarioDirectory();
});

const at = (ms: number): string => new Date(start + ms).toISOString();
/** In units of the last place. */
function amount(text = ''): bigint {
  const [whole = '', decimals = ''] = text.split('.');
  return BigInt(`${whole}${decimals.padEnd(8, '0')}`);
}

/** Sees to it that no line was changed, added or left out: every entry adds up, and every balance is what it says. */
function findErrors(journal: string): readonly string[] {
  const errors: string[] = [];
  const totals = new Map<string, bigint>();
  let entry = 0n;
  for (const line of splitOutput(journal)) {
    const [, account, moved, balance] = /^ {4}(\S+) +(-?[\d.]+) CNY = (-?[\d.]+) CNY$/.exec(line) ?? [];
    if (account === undefined) {
      if (line === '' && entry !== 0n) errors.push(`not balanced before ${line}`);
      if (line === '') entry = 0n;
      continue;
    }
    entry += amount(moved);
    const total = (totals.get(account) ?? 0n) + amount(moved);
    totals.set(account, total);
    if (total !== amount(balance)) errors.push(line);
  }
  return entry === 0n ? errors : [...errors, 'the last entry is not balanced'];
}

describe('auditor journal --format hledger', () => {
  itWithHledger('writes a journal whose every balance hledger confirms', async () => {
    const { code, out, errors } = await auditor('journal', '--format', 'hledger', '--data', sound);
    expect([code, errors, findErrors(out)]).toEqual([0, '', []]);
    expect(hledger(out, 'check', '--strict')).toBe('');
  });

  it('comes to the balances of the accounts', async () => {
    const { out } = await auditor('journal', '--format', 'hledger', '--data', sound);
    const last = (account: string): string | undefined =>
      splitOutput(out)
        .findLast((line) => line.startsWith(`    ${account} `))
        ?.split(' = ')[1];
    const credit = (text = '0'): string => (text === '0' ? '0 CNY' : `-${text} CNY`);
    const { balance } = JSON.parse((await auditor('balance', 'beta', '--data', sound, '--json')).out) as {
      balance: Record<string, string>;
    };
    expect(last('liabilities:customers:beta:available')).toBe(credit(balance['available']));
    expect(last('liabilities:customers:beta:frozen')).toBe(credit(balance['frozen']));
    expect(last('expenses:adjustments:beta')).toBe('-2 CNY');
    expect(last('assets:cash:beta')).toBe('2 CNY');
  });

  itWithHledger('writes one that hledger refuses if anything in it is changed', async () => {
    const { out } = await auditor('journal', '--format', 'hledger', '--data', sound);
    const changed = out.replace(' = 20000 CNY', ' = 20000.00000001 CNY');
    expect(findErrors(changed)).toHaveLength(1);
    expect(hledger(changed, 'check')).toContain('balance assertion');
    const gone = out.replace(/\n\n[^\n]+hold-settled(?:[^\n]*\n)+?(?=\n)/, '\n');
    expect(gone).not.toBe(out);
    expect(findErrors(gone).length).toBeGreaterThan(0);
  });

  itWithHledger('begins a period with what the accounts bring along', async () => {
    const period = ['--from', at(60_000), '--until', at(2 * 3_600_000)];
    const { out } = await auditor('journal', '--format', 'hledger', '--data', sound, ...period);
    expect(findErrors(out)).toEqual([]);
    expect(hledger(out, 'check', '--strict')).toBe('');
    expect(out.match(/\* opening balances/g)).toHaveLength(2);
    const whole = splitOutput((await auditor('journal', '--format', 'hledger', '--data', sound)).out);
    expect(splitOutput(out).length).toBeLessThan(whole.length);
    expect(splitOutput(out).at(-1)).toBe(whole.at(-1));
  });

  itWithHledger('has every kind of event that moves money', () => {
    const journal = new Journal(everything);
    const format = hledgerJournal();
    const lines = allSampleEvents.flatMap((event, revision) => {
      const data = { ...event.data, at: start + revision };
      return journal
        .take('acme', { id: eventIdFromHash(chainStart), revision, metadata: '{}' }, { ...event, data } as typeof event)
        .flatMap((entry) => format.formatLines(entry));
    });
    const text = [...format.head, ...lines].join('');
    expect(findErrors(text)).toEqual([]);
    expect(hledger(text, 'check', '--strict')).toBe('');
  });

  itWithHledger('is right for any scenario, with the accounts mixed', async () => {
    const lines: string[] = [];
    const outlet: Outlet = {
      write: (text) => lines.push(text),
      flush: () => Promise.resolve(true),
      progress: () => undefined,
    };
    const histories = fc.sample(scenarios, 40).map((scenario, index) => {
      const both = new SideBySide(scenario);
      for (const step of scenario.steps) both.take(step);
      return recordedEvents(`s${String(index)}`, both.account.events);
    });
    // By turns, so that no account has its events in one piece.
    const longest = Math.max(...histories.map(({ length }) => length));
    const mixed = Array.from({ length: longest }, (_, turn) =>
      histories.flatMap((events) => events[turn] ?? []),
    ).flat();
    const log = mixed.map((event, place) => ({
      ...event,
      position: place.toString(16).padStart(16, '0') as typeof event.position,
    }));
    expect((await exportJournal(toLog(log), everything, hledgerJournal(), outlet)).count).toBe(0);
    expect(findErrors(lines.join(''))).toEqual([]);
    expect(hledger(lines.join(''), 'check', '--strict')).toBe('');
  });
});

describe('auditor journal --format csv', () => {
  it('has a row for every line, and every entry adds up', async () => {
    const { code, out } = await auditor('journal', '--data', sound, '--account', 'beta');
    expect(code).toBe(0);
    const rows = csvRows(out);
    expect(rows.every(({ account }) => account === 'beta')).toBe(true);
    expect(rows[0]).toEqual({
      time: at(0),
      date: '2026-01-29',
      account: 'beta',
      revision: '1',
      event: 'funds-deposited',
      id: 'd1',
      hold: '',
      journal_account: 'platform:cash',
      amount: '4',
      balance: '4',
      currency: 'CNY',
      reference: '',
      reason: '',
      actor: 'test',
      event_id: rows[1]?.['event_id'],
    });
    const entries = Map.groupBy(rows, ({ revision }) => revision);
    for (const lines of entries.values())
      expect(lines.reduce((sum, line) => sum + amount(line['amount']), 0n)).toBe(0n);
    const late = rows.find(({ event }) => event === 'hold-expired');
    expect([late?.['id'], late?.['hold']]).toEqual(['unpaid', 'unpaid']);
  });

  it('takes some accounts by name or prefix, and refuses one that is not there', async () => {
    const accounts = async (...words: string[]): Promise<unknown> =>
      [
        ...new Set(csvRows((await auditor('journal', '--data', sound, ...words)).out).map((row) => row['account'])),
      ].sort();
    expect(await accounts()).toEqual(['acme', 'beta']);
    expect(await accounts('--accounts', 'ac')).toEqual(['acme']);
    expect(await accounts('--account', 'beta', '--account', 'acme')).toEqual(['acme', 'beta']);
    expect(await auditor('journal', '--data', sound, '--account', 'nobody')).toMatchObject({
      code: 2,
      errors: 'auditor: there is no account nobody\n',
    });
  });

  it('says what cannot be trusted beside the data, and goes on with the others', async () => {
    const copy = damagedCopy(sound, 'events.db', (database) => {
      database.exec(`UPDATE appends SET events = replace(events, '"amount":"4"', '"amount":"5"')`);
    });
    const { code, out, errors } = await auditor('journal', '--data', copy);
    expect(code).toBe(1);
    expect(errors).toMatch(/^hash-wrong {2}account-beta 1: /);
    expect(new Set(csvRows(out).map(({ account }) => account))).toEqual(new Set(['acme']));
  });
});

describe('auditor holds --format csv', () => {
  it('has every hold as it reads now', async () => {
    const { code, out } = await auditor('holds', '--data', sound);
    const rows = csvRows(out);
    const find = (hold: string): Readonly<Record<string, string>> | undefined =>
      rows.find((row) => row['hold'] === hold);
    expect(code).toBe(0);
    expect(rows).toHaveLength(44);
    expect(find('h0')).toMatchObject({ status: 'settled', frozen: '0.85', charged: '0.85', late: 'false' });
    expect(find('h2')).toMatchObject({ status: 'settled', late: 'true', reason: 'no credential', outcome: 'match' });
    expect(find('h7')).toMatchObject({ status: 'expired', charged: '0', ended_at: at(8_000 + 1_800_000) });
    expect(find('unpaid')).toMatchObject({ status: 'expired', charged: '0', uncollected: '8' });
    // Nobody has written down that its deadline has come.
    expect(find('open')).toMatchObject({ status: 'expired', charged: '0' });
  });

  it('has those that were opened in a period', async () => {
    const rows = csvRows((await auditor('holds', '--data', sound, '--from', at(1_000), '--until', at(3_000))).out);
    expect(rows.map(({ hold }) => hold).sort()).toEqual(['h0', 'h1']);
  });
});

describe('auditor events --format jsonl', () => {
  interface Line {
    readonly stream: string;
    readonly revision: number;
    readonly type: string;
    readonly data: string;
    readonly metadata: string;
    readonly hash: string;
  }
  const parsed = (out: string): readonly Line[] => splitOutput(out).map((line) => JSON.parse(line) as Line);

  it('loses nothing: every hash can be made again from the lines', async () => {
    const { code, out } = await auditor('events', '--data', sound);
    const last = new Map<string, string>();
    for (const { stream, revision, type, data, metadata, hash } of parsed(out)) {
      expect(chainHash(last.get(stream) ?? chainStart, stream, revision, type, data, metadata)).toBe(hash);
      last.set(stream, hash);
    }
    expect(code).toBe(0);
    expect([...last.keys()].sort()).toEqual(['account-acme', 'account-beta', 'account-gone', 'keys']);
    const report = JSON.parse((await auditor('verify', '--data', sound, '--json')).out) as { events: number };
    expect(parsed(out)).toHaveLength(report.events);
  });

  it('has some accounts and a period', async () => {
    const part = parsed((await auditor('events', '--data', sound, '--account', 'beta', '--until', at(1))).out);
    expect(part.map(({ type }) => type)).toEqual(['account-opened.v1', 'funds-deposited.v1']);
    const rest = parsed((await auditor('events', '--data', sound, '--accounts', 'be', '--from', at(1))).out);
    const all = parsed((await auditor('events', '--data', sound, '--account', 'beta')).out);
    expect([...part, ...rest]).toEqual(all);
  });

  it('has what cannot be trusted, too, and says so', async () => {
    const copy = damagedCopy(sound, 'events.db', (database) => {
      database.exec(`UPDATE appends SET events = replace(events, '"amount":"4"', '"amount":"5"')`);
    });
    const { code, out, errors } = await auditor('events', '--data', copy);
    expect([code, errors.split(' ')[0]]).toEqual([1, 'hash-wrong']);
    expect(splitOutput(out)).toHaveLength(splitOutput((await auditor('events', '--data', sound)).out).length);
  });
});

describe('an export', () => {
  it('reads no further than somebody reads it', async () => {
    const events = recordedEvents('acme', []);
    let reads = 0;
    const endless = {
      ...toLog(events),
      readAll: () => {
        reads += 1;
        return { events, position: 'x' as never, atEnd: false };
      },
    };
    const outlet: Outlet = { write: () => 0, flush: () => Promise.resolve(reads < 3), progress: () => undefined };
    await exportJournal(endless, everything, hledgerJournal(), outlet);
    expect(reads).toBe(3);
  });
});
