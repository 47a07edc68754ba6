import { describe, expect, it } from '@jest/globals';
import { textOf } from './repo.ts';

const script = '../../scripts/complete-lock.mjs';
const { completeLock } = (await import(script)) as {
  completeLock: (lock: unknown) => string[];
};

describe('package-lock.json', () => {
  it('names the packages of every platform, or npm ci refuses it elsewhere', () => {
    expect(completeLock(JSON.parse(textOf('package-lock.json')))).toEqual([]);
  });

  it('names no host to download from', () => {
    expect(textOf('package-lock.json')).not.toContain('"resolved"');
  });
});
