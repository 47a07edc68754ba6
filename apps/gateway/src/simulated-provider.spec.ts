import { describe, expect, it } from '@jest/globals';
import { type Chances, SimulatedProvider } from './simulated-provider.ts';

const chances: Chances = { notIssued: 0.1, abandoned: 0.1, error: 0.2, mismatch: 0.2, partial: 0.5 };

async function readHistory(provider: SimulatedProvider, subject: string): Promise<string[]> {
  const issue = await provider.issue(subject, 100);
  if (issue.kind === 'not-issued') return ['not-issued'];
  const said: string[] = [];
  for (let calls = 0; calls < 3; calls += 1) {
    const verdict = await provider.verify(issue.credential);
    said.push(verdict.kind === 'completed' ? `${verdict.outcome} ${String(verdict.units)}` : verdict.kind);
  }
  return said;
}

const subjects = Array.from({ length: 400 }, (_, index) => `subject-${String(index)}`);

async function readHistories(seed: number, order: readonly string[]): Promise<Map<string, string[]>> {
  const provider = new SimulatedProvider(seed, chances, 0);
  const histories = new Map<string, string[]>();
  for (const subject of order) histories.set(subject, await readHistory(provider, subject));
  return histories;
}

describe('the simulated provider', () => {
  it('does the same to a subject whenever it is asked', async () => {
    const forth = await readHistories(1, subjects);
    const back = await readHistories(1, subjects.toReversed());
    expect(subjects.filter((subject) => String(forth.get(subject)) !== String(back.get(subject)))).toEqual([]);
  });

  it('does other things by another seed', async () => {
    expect([...(await readHistories(2, subjects)).values()]).not.toEqual([
      ...(await readHistories(1, subjects)).values(),
    ]);
  });

  it('does everything that can happen, and verifies from one to all of a list', async () => {
    const said = [...(await readHistories(1, subjects)).values()].flat();
    for (const kind of ['not-issued', 'abandoned', 'error', 'match 100', 'mismatch 100']) expect(said).toContain(kind);
    const units = said.map((text) => Number(text.split(' ')[1] ?? 1));
    expect(units.filter((count) => count < 1 || count > 100)).toEqual([]);
    expect(units.some((count) => count > 1 && count < 100)).toBe(true);
  });

  it('does nothing that cannot happen', async () => {
    const never = { notIssued: 0, abandoned: 0, error: 0, mismatch: 0, partial: 0 };
    const provider = new SimulatedProvider(1, never, 0);
    for (const subject of subjects) expect(await readHistory(provider, subject)).toEqual(Array(3).fill('match 100'));
  });

  it('knows its own credentials only', async () => {
    const provider = new SimulatedProvider(1, chances, 0);
    expect(await provider.verify({ credentialId: 'forged' })).toMatchObject({ kind: 'error' });
  });
});
