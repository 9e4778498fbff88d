import { describe, expect, it, jest } from '@jest/globals';
import { WidgetSightings } from './widget-sightings.js';

function make(answer: () => Promise<unknown> = () => Promise.resolve()) {
  const clock = { now: 0 };
  const logger = { debug: jest.fn() };
  const told: string[] = [];
  const tell = (siteId: string, host: string): Promise<unknown> => {
    told.push(`${siteId} ${host}`);
    return answer();
  };
  return { sightings: new WidgetSightings(tell, logger, () => clock.now), clock, told, logger };
}
const site = (domains: string[] = [], id = 's') => ({ id, domains });

describe('WidgetSightings', () => {
  it('tells of a host of a site once a minute', () => {
    const { sightings, clock, told } = make();
    for (const now of [0, 59_999, 60_000]) {
      clock.now = now;
      sightings.seen(site(), 'https://shop.test/a', []);
    }
    sightings.seen(site([], 'other'), 'https://shop.test/a', []);
    expect(told).toEqual(['s shop.test', 's shop.test', 'other shop.test']);
  });

  it('tells of nothing that is no page of the site', () => {
    const { sightings, told } = make();
    for (const url of ['', 'x', 'file:///etc/passwd', 'about:blank', 'https://own.test/demo', 'https://evil.test/'])
      sightings.seen(site(['shop.test']), url, ['own.test']);
    sightings.seen(site(['shop.test']), 'https://www.shop.test/', ['own.test']);
    expect(told).toEqual(['s www.shop.test']);
  });

  it('remembers a bounded number of hosts', () => {
    const { sightings, told } = make();
    for (let host = 0; host < 5_001; host += 1) sightings.seen(site(), `https://h${host}.test/`, []);
    told.length = 0;
    sightings.seen(site(), 'https://h5000.test/', []);
    expect(told).toEqual([]);
    sightings.seen(site(), 'https://h0.test/', []);
    expect(told).toEqual(['s h0.test']);
  });

  it('survives a service that is away', async () => {
    const { sightings, logger } = make(() => Promise.reject(new Error('away')));
    sightings.seen(site(), 'https://shop.test/', []);
    await new Promise((resolve) => setImmediate(resolve));
    expect(logger.debug).toHaveBeenCalledTimes(1);
  });
});
