import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { scenarioDirectory } from '../../../../test/support/driven-store.ts';
import { scratchDirectory } from '../../../../test/support/scratch-directory.ts';
import { auditor } from '../../testing/run-auditor.ts';

let data: string;
let scratch: string;
let usage: string;

beforeAll(async () => {
  data = await scenarioDirectory();
  scratch = scratchDirectory();
  usage = join(scratch, 'usage.csv');
  writeFileSync(usage, 'request_id,time,outcome\nh1,2026-01-29T04:00:00Z,match\n');
});

describe('a byte order mark', () => {
  it.each([
    ['holds', () => ['holds']],
    ['journal', () => ['journal']],
    ['reconcile', () => ['reconcile', usage, '--account', 'acme', '--format', 'csv']],
  ])('is before the CSV of auditor %s where it is asked for, once, and nowhere else', async (_, words) => {
    const plain = await auditor(...words(), '--data', data);
    const marked = await auditor(...words(), '--data', data, '--bom');
    expect(plain.out).not.toContain('\ufeff');
    expect(plain.out).toContain('\r\n');
    expect([marked.code, marked.out]).toEqual([plain.code, `\ufeff${plain.out}`]);
  });

  it.each([
    ['journal', ['journal', '--format', 'hledger']],
    ['bill', ['bill', 'acme', '2026-01-29', '--json']],
  ])('is refused where auditor %s writes no CSV', async (_, words) => {
    const refused = await auditor(...words, '--data', data, '--bom');
    expect([refused.code, refused.out]).toEqual([2, '']);
    expect(refused.errors).toContain('--bom is for');
  });
});
