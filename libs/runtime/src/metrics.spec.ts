import { describe, expect, it } from '@jest/globals';
import { Metrics } from './metrics.ts';

describe('the metrics', () => {
  it('tell every figure that can be told, though another cannot', async () => {
    const metrics = new Metrics();
    metrics.gauge('holdfast_broken', 'Of a file that is damaged.', () => {
      throw new Error('database disk image is malformed');
    });
    metrics.gauge('holdfast_sound', 'Of a counter.', () => 7);
    const text = await metrics.text();
    expect(text).toContain('holdfast_sound 7');
    expect(text).toContain('holdfast_broken Nan');
  });
});
