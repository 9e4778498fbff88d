import Bowser from 'bowser';
import type { DeviceInfo } from '../domain/contact.js';

const TYPES = ['desktop', 'mobile', 'tablet'];

const joined = (...words: (string | undefined)[]): string => words.filter(Boolean).join(' ');

/** Browser with its major version, system and kind of device; empty where a user agent does not tell. */
export function deviceOf(userAgent: string): DeviceInfo {
  if (!userAgent) return { browser: '', os: '', type: '' };
  const { browser, os, platform } = Bowser.parse(userAgent);
  const type = platform.type ?? '';
  return {
    browser: joined(browser.name, browser.version?.split('.')[0]),
    os: joined(os.name, os.versionName ?? os.version?.split('.')[0]),
    type: TYPES.includes(type) ? type : '',
  };
}
