import { setTimeout as pause } from 'node:timers/promises';
import { drawn } from './drawn.ts';
import { type Credential, IdentityProvider, type Issue, type Verdict } from './provider.ts';

/** How often what happens, each from 0 to 1. */
export interface Chances {
  /** Of credentials: that none is issued. */
  readonly notIssued: number;
  /** Of calls: that the person has gone away. */
  readonly abandoned: number;
  /** Of calls: that the system fails. */
  readonly error: number;
  /** Of completed verifications. */
  readonly mismatch: number;
  /** Of completed lists of more than one: that some of the list could not be verified. */
  readonly partial: number;
}

/** Nothing goes wrong, and everybody is whom they say they are. */
export const flawless: Chances = { notIssued: 0, abandoned: 0, error: 0, mismatch: 0, partial: 0 };

interface Issued {
  readonly subject: string;
  readonly units: number;
  calls: number;
}

/** A provider that verifies nobody. What happens to a subject depends on the seed and the subject alone. */
export class SimulatedProvider extends IdentityProvider {
  readonly #seed: number;
  readonly #chances: Chances;
  readonly #latencyMaxMs: number;
  readonly #issued = new WeakMap<Credential, Issued>();

  constructor(seed: number, chances: Chances, latencyMaxMs: number) {
    super();
    this.#seed = seed;
    this.#chances = chances;
    this.#latencyMaxMs = latencyMaxMs;
  }

  override async issue(subject: string, units: number): Promise<Issue> {
    await this.#think(subject);
    if (this.#isDrawn('notIssued', subject)) return { kind: 'not-issued', why: 'the provider issued no credential' };
    const credential = { credentialId: `credential-of-${subject}` };
    this.#issued.set(credential, { subject, units, calls: 0 });
    return { kind: 'issued', credential };
  }

  override async verify(credential: Credential): Promise<Verdict> {
    const issued = this.#issued.get(credential);
    if (issued === undefined) return { kind: 'error', why: 'the provider does not know the credential' };
    issued.calls += 1;
    const { subject, units, calls } = issued;
    const call = `${subject}/${String(calls)}`;
    await this.#think(call);
    if (this.#isDrawn('abandoned', call)) return { kind: 'abandoned' };
    if (this.#isDrawn('error', call)) return { kind: 'error', why: 'the provider had a system error' };
    const outcome = this.#isDrawn('mismatch', subject) ? 'mismatch' : 'match';
    const completed = this.#isDrawn('partial', subject) ? Math.ceil(units * drawn(this.#seed, `part/${call}`)) : units;
    return { kind: 'completed', outcome, units: Math.max(1, completed), completedAt: new Date().toISOString() };
  }

  #isDrawn(what: keyof Chances, which: string): boolean {
    return drawn(this.#seed, `${what}/${which}`) < this.#chances[what];
  }

  async #think(what: string): Promise<void> {
    if (this.#latencyMaxMs > 0) await pause(this.#latencyMaxMs * drawn(this.#seed, `latency/${what}`));
  }
}
