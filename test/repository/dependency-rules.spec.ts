import { execFileSync } from 'node:child_process';
import { cpSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { scratchDirectory } from '../support/scratch-directory.ts';
import { root } from './repo.ts';

/** A copy of the repository, in which rules may be broken. */
const copy = scratchDirectory();

beforeAll(() => {
  for (const part of ['libs', 'apps', 'package.json', 'tsconfig.json', '.dependency-cruiser.cjs']) {
    cpSync(join(root, part), join(copy, part), { recursive: true });
  }
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
});

/** The rules that the copy breaks with a file planted in it. */
function brokenBy(file: string, text: string): string[] {
  writeFileSync(join(copy, file), text);
  const depcruise = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const report = JSON.parse(cruise(depcruise)) as {
    summary: { violations: { rule: { name: string }; from: string }[] };
  };
  rmSync(join(copy, file));
  return report.summary.violations.filter(({ from }) => from === file).map(({ rule }) => rule.name);
}

function cruise(depcruise: string): string {
  const folder = ['apps', 'libs', '--config', '.dependency-cruiser.cjs', '--output-type', 'json'];
  return execFileSync(process.execPath, [depcruise, ...folder], { cwd: copy, encoding: 'utf8', maxBuffer: 1 << 28 });
}

describe('the dependencies between packages', () => {
  it.each([
    ['libs/domain/src/planted.ts', "import 'node:fs';", 'the domain model is pure'],
    ['libs/domain/src/planted.ts', "import '#application';", 'the domain model is pure'],
    ['libs/domain/src/packs/planted.ts', "import '../holds/freeze.ts';", 'packs knows no topic above it'],
    [
      'apps/auditor/src/source/planted.ts',
      "import '../verify/audit.ts';",
      'source of the auditor knows no folder above it',
    ],
    ['libs/domain/src/holds/audit-planted.ts', "import './freeze.ts';", 'the audit believes nothing'],
    ['libs/domain/src/packs/audit-planted.ts', "import './evolve.ts';", 'the audit believes nothing'],
    ['libs/domain/src/aggregate/audit-planted.ts', "import type {} from './state.ts';", 'the audit believes nothing'],
    ['libs/application/src/planted.ts', "import '#read-models';", 'the application rests on the domain model and Nest'],
    ['libs/read-models/src/planted.ts', "import '#event-store';", 'adapters rest on the ports and the domain model'],
    ['libs/leases/src/planted.ts', "import '#alarms';", 'adapters rest on the ports and the domain model'],
    ['libs/application/src/planted.ts', "import 'ioredis';", 'Redis is known to leases and alarms only'],
    [
      'libs/application/src/planted.ts',
      "import '../../domain/src/pricing/tiers.ts';",
      'packages are entered by their index',
    ],
    [
      'libs/contract/src/planted.ts',
      "import '#domain';",
      'contract, runtime, terminal and files rest on nothing of ours',
    ],
    ['apps/transfer/src/planted.ts', "import '#read-models';", 'the transfer copies events and serves nothing'],
    ['apps/backup/src/planted.ts', "import '#read-models';", 'the backup copies files and serves nothing'],
    ['libs/read-models/src/planted.ts', "import 'decimal.js';", 'decimal.js lives in one file'],
    ['libs/read-models/src/planted.ts', "import './no-such-file.ts';", 'resolvable'],
  ])('stop %s from saying %s', (file, text, rule) => {
    expect(brokenBy(file, text)).toContain(rule);
  });
});
