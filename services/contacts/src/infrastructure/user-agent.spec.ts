import { describe, expect, it } from '@jest/globals';
import { deviceOf } from './user-agent.js';

describe('deviceOf', () => {
  it.each([
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1',
      { browser: 'Safari 17', os: 'iOS 17', type: 'mobile' },
    ],
    [
      'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:130.0) Gecko/20100101 Firefox/130.0',
      { browser: 'Firefox 130', os: 'Windows 10', type: 'desktop' },
    ],
    ['', { browser: '', os: '', type: '' }],
    ['<script>', { browser: '', os: '', type: '' }],
  ])('reads %s', (userAgent, device) => {
    expect(deviceOf(userAgent)).toEqual(device);
  });
});
