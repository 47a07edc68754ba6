import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterEach, expect, it } from '@jest/globals';
import { readText, root } from '../../../test/repository/repo.ts';
import { DataDirectory } from '../../../test/support/service.ts';
import { hashesIn, written } from '../testing/run-backup.ts';

const directory = new DataDirectory();

afterEach(() => {
  directory.delete();
});

/** The blocks to be typed below a heading of a document, in order. */
function blocksBelow(document: string, heading: string): readonly string[] {
  const [section = ''] = readText(document).split(`## ${heading}\n`)[1]?.split(/\n## /) ?? [];
  return [...section.matchAll(/```sh\n([^]*?)```/g)].map(([, block = '']) => block);
}

/** What `npm run` runs, from its source. */
const npm = `npm() {
  case "$2" in audit) app=auditor; set -- "\${@:4}";; backup | restore) app=backup; set -- "$2" "\${@:4}";; esac
  ${process.execPath} --no-warnings --conditions=source ${join(root, 'apps')}/$app/src/main.ts "$@"
}`;

it('what operations.md says of backup and restore works as it stands', async () => {
  const blocks = blocksBelow('docs/operations.md', 'Backup and restore');
  expect(blocks).toHaveLength(3);
  await written(join(directory.path, 'data'), 'checkpoint-free', 12);
  const script = `set -eu\n${npm}\n${blocks.join('\n')}`;
  const said = execFileSync('bash', ['-c', script], { cwd: directory.path, encoding: 'utf8' });
  expect(said.match(/^audit: 0 findings$/gm)).toHaveLength(2);
  expect(said).toContain('keys: none is in it');
  expect(hashesIn(join(directory.path, 'data-again'))).toEqual(hashesIn(join(directory.path, 'data')));
});
