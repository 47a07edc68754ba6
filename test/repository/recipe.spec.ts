import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { scratchDirectory } from '../support/scratch-directory.ts';
import { readText, root } from './repo.ts';

/** The domain model alone, to which the recipe is added. */
const copy = scratchDirectory();
const recipe = /## How to add a command[\s\S]*?\n## /.exec(readText('CONTRIBUTING.md'))?.[0] ?? '';

/** Where the line of a registry goes: behind its like. */
const likes = [/^ {2}[.]{3}warning(Events|Audit),$/m, /^ {2}[.]{3}billingCommands,$/m, /^ {2}[|] 'deposit'$/m];

beforeAll(() => {
  cpSync(join(root, 'libs/domain/src'), join(copy, 'libs/domain/src'), {
    recursive: true,
    filter: (file) => !file.endsWith('.spec.ts'),
  });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  const tsconfig = { extends: join(root, 'tsconfig.json'), include: ['libs'], compilerOptions: { rootDir: '.' } };
  writeFileSync(join(copy, 'tsconfig.json'), JSON.stringify(tsconfig));
  writeFileSync(join(copy, 'package.json'), JSON.stringify({ type: 'module' }));
});

/** Writes the files of the new topic. */
function addTopic(): void {
  for (const [, file = '', text = ''] of recipe.matchAll(/```ts\n\/\/ (\S+)\n([\s\S]*?)```/g)) {
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    writeFileSync(join(copy, file), text);
  }
}

/** Adds the lines of the recipe to the registries: imports on top, the others behind their like. */
function register(): void {
  for (const [, file = '', lines = ''] of recipe.matchAll(/```diff\n \/\/ (\S+)\n([\s\S]*?)```/g)) {
    const added = lines.split('\n').filter((line) => line.startsWith('+'));
    let text = readFileSync(join(copy, file), 'utf8');
    for (const line of added.map((each) => each.slice(1))) {
      const like = likes.find((each) => each.test(text)) ?? /$/;
      text = line.startsWith('import ') ? `${line}\n${text}` : text.replace(like, (found) => `${found}\n${line}`);
    }
    writeFileSync(join(copy, file), text);
  }
}

/** What the compiler says, by file. */
function compile(): string[] {
  const tsc = join(root, 'node_modules/typescript/bin/tsc');
  const { stdout } = spawnSync(process.execPath, [tsc, '-p', copy], { cwd: copy, encoding: 'utf8' });
  return stdout.split('\n').filter((line) => /^\S+[.]ts\(/.test(line));
}

/** Opens an account, takes a note, and asks for it again; then reads it back and audits it. */
const scenario = `
const domain = await import(process.argv[1]);
const state = domain.initialState();
const events = [];
const context = {
  now: 1_790_000_000_000, wallClock: 1_790_000_000_000, operator: true, known: domain.nothingOlder,
  priceBooks: new domain.PriceBookCatalog([]), zones: domain.runtimeZones(undefined),
};
function ask(command) {
  const { decision, events: happened } = domain.decideAndCarryOut(state, command, context);
  events.push(...happened);
  return decision.kind === 'refused' ? decision.refusal : decision.kind;
}
const none = { openHolds: null, frozen: null, dailySpend: null };
const plain = { currency: null, timeZone: null, agreementStart: null, priceBook: null, creditLimit: null };
const answers = [
  ask({ kind: 'open-account', accountId: 'acme', ...plain, limits: none, metadata: null }),
  ask({ kind: 'take-note', noteId: 'n-1', note: 'called back' }),
  ask({ kind: 'take-note', noteId: 'n-1', note: 'called back' }),
  ask({ kind: 'take-note', noteId: 'n-1', note: 'something else' }),
  ask({ kind: 'take-note', noteId: 'n-2', note: '' }),
];
const taken = events.at(-1);
const again = domain.decodeEvent(taken.type, JSON.stringify(taken.data));
const used = new Set();
const ids = { use: (key) => used.size < used.add(key).size, has: (key) => used.has(key) };
const audit = new domain.AccountAudit('acme', ids, new domain.PriceBookCatalog([]));
const suspended = { type: 'account-suspended.v1',
  data: { at: taken.data.at, changeId: 'c-1', reason: 'r', suspendedFor: ['operator'] } };
const late = { ...taken, data: { ...taken.data, noteId: 'n-3' } };
const found = [...events, taken, suspended, late].flatMap((event, revision) => audit.follow(event, revision));
console.log(JSON.stringify({
  answers, taken: again.data, revision: state.summary.revision, same: domain.writeSnapshot(domain.fold(events)) === domain.writeSnapshot(state),
  key: domain.readUsedKey(taken), summary: domain.summarize(taken), found: found.map(({ kind }) => kind),
}));
`;

describe('the recipe for a command', () => {
  it('is told by the compiler what is missing, until each registry has its line', () => {
    addTopic();
    const missing = compile().map((line) => /^libs\/domain\/src\/([\w/-]+)[.]ts.*?('[\w.-]+'|"[\w.-]+")/.exec(line));
    expect(new Set(missing.map((found) => found?.[1]))).toEqual(
      new Set([
        'aggregate/events',
        'aggregate/commands',
        'aggregate/audit-events',
        'notes/take-note',
        'notes/event-definitions',
      ]),
    );
    register();
    expect(compile()).toEqual([]);
  });

  it('makes a command that is decided, folded, read back, audited, and answered again', () => {
    const index = pathToFileURL(join(copy, 'libs/domain/src/index.ts')).href;
    const printed = execFileSync(process.execPath, ['--input-type=module', '--eval', scenario, index], {
      encoding: 'utf8',
    });
    expect(JSON.parse(printed)).toEqual({
      answers: [
        'accepted',
        'accepted',
        'replayed',
        { code: 'idempotency_conflict', field: 'note' },
        { code: 'invalid_request', field: 'note' },
      ],
      taken: { at: 1_790_000_000_000, noteId: 'n-1', note: 'called back' },
      revision: 1,
      same: true,
      key: 'note n-1',
      summary: 'n-1: called back',
      found: ['id-used-twice', 'suspension-wrong'],
    });
  });
});
