import { describe, expect, it } from 'vitest';
import { now, stopwatch } from '../../host/clock.ts';
import { proxies, variable } from '../../host/environment.ts';

describe('the environment', () => {
  it('knows no difference between an unset and an empty variable', () => {
    expect(variable({ A: '  ' }, 'A')).toBeUndefined();
    expect(variable({}, 'A')).toBeUndefined();
    expect(variable({ A: ' x ' }, 'A')).toBe('x');
  });

  it('states proxies in either case, the upper one first', () => {
    expect(proxies({ HTTPS_PROXY: 'http://a', https_proxy: 'http://b', no_proxy: '.local' })).toEqual({
      https: 'http://a',
      noProxy: '.local',
    });
    expect(proxies({})).toEqual({});
  });
});

describe('the clock', () => {
  it('tells the time of the machine, and how long something took', async () => {
    const elapsed = stopwatch();
    await new Promise((resolve) => {
      setTimeout(resolve, 20);
    });
    expect(elapsed()).toBeGreaterThan(15);
    expect(Math.abs(now().getTime() - Date.now())).toBeLessThan(1000);
  });
});
