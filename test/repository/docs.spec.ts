import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { laneLimits } from '#application';
import { scopes } from '#contract';
import { violationKinds } from '#domain';
import { filesBelow, readText, root } from './repo.ts';

const documents = filesBelow('.').filter((file) => file.endsWith('.md'));

describe('the documents', () => {
  it('lead nowhere that is not there', () => {
    const dead = documents.flatMap((file) =>
      [...readText(file).matchAll(/\]\(([^)#:]+)(#[^)]*)?\)/g)]
        .map(([, place = '']) => place)
        .filter((place) => !existsSync(join(root, dirname(file), place)))
        .map((place) => `${file}: ${place}`),
    );
    expect(dead).toEqual([]);
  });

  it('name files that are there', () => {
    const places = /`((?:apps|docker|docs|libs|scripts|test)\/[\w./-]+)`/g;
    const gone = documents.flatMap((file) =>
      [...readText(file).matchAll(places)]
        .map(([, place = '']) => place)
        .filter((place) => !existsSync(join(root, place)))
        .map((place) => `${file}: ${place}`),
    );
    expect(gone).toEqual([]);
  });

  it('name commands that are there', () => {
    const { scripts } = JSON.parse(readText('package.json')) as { scripts: Record<string, string> };
    const named = documents.flatMap((file) =>
      [...readText(file).matchAll(/npm run ([a-z-]+)/g)].map(([, name = '']) => name),
    );
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });

  it('name every variable that the service reads, and no other', () => {
    const variables = /\b(HOLDFAST_[A-Z_]+|KURRENTDB_URL|REDIS_URL|LOG_LEVEL|NODE_ENV)\b/g;
    const read = new Set(readText('libs/runtime/src/config.ts').match(variables));
    const secrets = ['HOLDFAST_ADMIN_KEY', 'HOLDFAST_WEBHOOK_KEY', 'HOLDFAST_REFERENCE_CHANNEL_SECRET'];
    for (const name of secrets) read.add(`${name}_FILE`);
    expect(new Set(readText('docs/configuration.md').match(variables))).toEqual(read);
  });

  it('name metrics that are there', () => {
    const sources = filesBelow('.').filter((file) => /^(apps|libs)\/[\w-]+\/src\/.*\.ts$/.test(file));
    const code = sources.map(readText).join('');
    const named = documents.flatMap((file) => readText(file).match(/\bholdfast_[a-z_]+/g) ?? []);
    /** The code puts some names together from a prefix and a list of what is counted. */
    const listed = (name: string): string =>
      `'${/^holdfast_(?:bill_runs|alarms)_([a-z]+?)(?:_total)?$/.exec(name)?.[1] ?? name}'`;
    expect(named.filter((name) => !code.includes(name) && !code.includes(listed(name)))).toEqual([]);
  });

  it('say at how many events the service turns work away', () => {
    const events = laneLimits.indexLagMax.toLocaleString('en').replaceAll(',', ' ');
    expect(readText('docs/operations.md')).toContain(`at ${events} the routes answer \`overloaded\``);
  });

  it('name every rule that an audit can find broken', () => {
    const named = readText('apps/auditor/README.md');
    expect(violationKinds.filter((kind) => !named.includes(`\`${kind}\``))).toEqual([]);
  });

  it('name every scope', () => {
    const named = [...readText('docs/configuration.md').matchAll(/^\| `([a-z]+)` +\| /gm)].map(([, name]) => name);
    expect(named).toEqual([...scopes]);
  });
});
