import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { FairBound, FairShare, readOrigin } from '#http';
import { ConfigError, httpLimitsDefault, readConfig } from '#runtime';

describe('a fair bound', () => {
  function bounded(max: number, perOwnerMax?: number): { bound: FairBound<string>; ended: string[] } {
    const ended: string[] = [];
    return { bound: new FairBound<string>(max, (item) => ended.push(item), perOwnerMax), ended };
  }

  it('lets the oldest of whoever has most give way, however many others take', () => {
    const { bound, ended } = bounded(3);
    for (const item of ['a1', 'a2', 'b1', 'b2', 'c1']) bound.add(item, item.charAt(0));
    expect(ended).toEqual(['a1', 'b1']);
    expect(bound.total).toBe(3);
  });

  it('counts weights', () => {
    const { bound, ended } = bounded(100);
    bound.add('small', 'a', 10);
    bound.add('large', 'b', 80);
    bound.add('large', 'b', 5);
    bound.add('next', 'a', 10);
    expect(ended).toEqual(['large']);
    expect(bound.total).toBe(20);
  });

  it('keeps one owner below a bound of its own', () => {
    const { bound, ended } = bounded(10, 2);
    for (const item of ['a1', 'b1', 'a2', 'a3']) bound.add(item, item.charAt(0));
    expect(ended).toEqual(['a1']);
  });

  it('forgets what has ended by itself', () => {
    const { bound, ended } = bounded(1);
    bound.add('a', 'a');
    bound.remove('a');
    bound.remove('a');
    bound.add('b', 'b');
    expect([bound.total, ended]).toEqual([1, []]);
  });
});

describe('a fair share', () => {
  it('is all of it for one alone, and an equal part for everybody who comes later', () => {
    const share = new FairShare(4);
    const greedy = Array.from({ length: 6 }, () => share.enter('greedy'));
    expect(greedy).toEqual([true, true, true, true, false, false]);
    expect([share.enter('other'), share.enter('other'), share.enter('other')]).toEqual([true, true, false]);
    expect([share.enter('third'), share.enter('third')]).toEqual([true, false]);
    for (let left = 0; left < 4; left += 1) share.leave('greedy');
    expect(share.enter('other')).toBe(true);
    expect(share.total).toBe(4);
  });

  it('has an end even if everybody comes at once', () => {
    const share = new FairShare(2);
    const comers = Array.from({ length: 100 }, (_, n) => share.enter(String(n)));
    expect(comers.filter(Boolean)).toHaveLength(8);
  });
});

describe('who sends', () => {
  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
    ['2001:db8:1:2::9', '2001:db8:1:2'],
    ['2001:db8::9', '2001:db8:0:0'],
    ['::1', '0:0:0:0'],
    [undefined, 'unknown'],
  ])('is told by the address, of IPv6 by its network: %s', (address, origin) => {
    expect(readOrigin(address)).toBe(origin);
  });
});

describe('the limits', () => {
  it('are in the guide with their defaults', () => {
    const guide = readFileSync(new URL('../../../docs/configuration.md', import.meta.url), 'utf8');
    const rows = [...guide.matchAll(/^\| `(\w+)` +\| `(\d+)` +\|/gm)].map(([, name, number]) => [name, Number(number)]);
    expect(Object.fromEntries(rows)).toMatchObject(httpLimitsDefault);
  });

  it('are set by name, and refused by name', () => {
    const readLimits = (text: string) => readConfig({ HOLDFAST_HTTP_LIMITS: text }).httpLimits;
    expect(readLimits('openConnections=7, bodySeconds=3')).toEqual({
      ...httpLimitsDefault,
      openConnections: 7,
      bodySeconds: 3,
    });
    for (const text of [
      'openConections=7',
      'openConnections=0',
      'openConnections=-1',
      'openConnections=1,openConnections=2',
      'x',
      ',',
    ]) {
      expect(() => readLimits(text)).toThrow(ConfigError);
    }
  });
});
