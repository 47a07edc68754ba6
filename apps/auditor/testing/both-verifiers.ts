import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from '@jest/globals';
import { Memory } from '../../../test/support/checkpointed-store.ts';
import { scratchDirectory } from '../../../test/support/scratch-directory.ts';
import { itWith, python, pythonProgram } from '../../../test/support/tools.ts';
import { Packer } from '../src/bundle/container.ts';
import type { Finding } from '../src/index.ts';
import { verifyBundle } from '../src/verify/verify-bundle.ts';
import type { Ledger } from './bundles.ts';

const script = fileURLToPath(new URL('../../../docs/verify_bundle.py', import.meta.url));

export const itWithPython = itWith(python);

export async function packed(text: Buffer): Promise<Buffer> {
  const sink = new Memory();
  const packer = new Packer(sink);
  await packer.write(text);
  await packer.end();
  return sink.bytes;
}

/** The auditor and the verifier in Python, on the same files. */
export class BothVerifiers {
  readonly #folder = scratchDirectory();

  /** What the verifier in Python says with a file of checkpoints as it stands. */
  second(bundle: Buffer, outside: string): { readonly code: number | null; readonly out: string } {
    const [file, kept] = [join(this.#folder, 'bundle'), join(this.#folder, 'kept')];
    writeFileSync(file, bundle);
    writeFileSync(kept, outside);
    const words = [script, file, '--checkpoint', kept];
    const { status, stdout, stderr } = spawnSync(pythonProgram.stdout.trim(), words, { encoding: 'utf8' });
    return { code: status, out: stdout + stderr };
  }

  /** What the auditor finds, exit code and text of the verifier in Python. */
  async verify(
    bundle: Buffer,
    outside: Ledger['outside'] = [],
  ): Promise<{ findings: readonly Finding[]; code: number | null; out: string }> {
    const file = join(this.#folder, 'bundle');
    writeFileSync(file, bundle);
    const words = [script, file];
    if (outside.length > 0) {
      writeFileSync(join(this.#folder, 'outside'), outside.map((one) => `${JSON.stringify(one)}\n`).join(''));
      words.push('--checkpoint', join(this.#folder, 'outside'));
    }
    const { status, stdout, stderr } = spawnSync(pythonProgram.stdout.trim(), words, { encoding: 'utf8' });
    const { findings } = await verifyBundle(file, outside);
    return { findings, code: status, out: stdout + stderr };
  }

  /** Exit code that the auditor would have, that of the other, and what that one says. */
  async both(bundle: Buffer, outside: Ledger['outside'] = []): Promise<readonly [number, number | null, string]> {
    const { findings, code, out } = await this.verify(bundle, outside);
    return [findings.length > 0 ? 1 : 0, code, out];
  }

  /** Fails if the two do not agree; returns what they say. */
  async agreed(bundle: Buffer, outside: Ledger['outside'] = []): Promise<number> {
    const [first, second, out] = await this.both(bundle, outside);
    expect([second, out]).toEqual([first, expect.any(String)]);
    return first;
  }
}
