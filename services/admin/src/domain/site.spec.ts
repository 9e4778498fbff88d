import { describe, expect, it } from '@jest/globals';
import { changedSite, chosenSettings, sameSettings } from './site-change.js';
import { NEW_SITE, type Site, parsePageUrl, poweredByShown } from './site.js';

const site: Site = {
  ...NEW_SITE,
  id: 's',
  version: 3,
  number: 1,
  name: 'Shop',
  domains: [],
  senderName: 'Shop',
  surroundings: { mailDomain: 'example.com', poweredByLocked: true },
};

describe('a change of a site', () => {
  it('leaves what it does not name, whole texts of two languages included', () => {
    const changed = changedSite(site, { name: undefined, widget: { color: '#123456', greeting: undefined } });
    expect(changed).toEqual({ ...site, widget: { ...site.widget, color: '#123456' } });
    expect(sameSettings(site, changedSite(site, { widget: { color: site.widget.color } }))).toBe(true);
    expect(sameSettings(site, changed)).toBe(false);
  });

  it('shows every setting to the log, and nothing of the installation', () => {
    expect(Object.keys(chosenSettings(site))).not.toContain('surroundings');
    const { widget, offline } = chosenSettings(site) as Site;
    expect(Object.keys(widget).sort()).toEqual(Object.keys(site.widget).sort());
    expect(Object.keys(offline).sort()).toEqual(Object.keys(site.offline).sort());
  });
});

describe('"powered by"', () => {
  it.each([
    [true, true, true],
    [true, false, true],
    [false, true, true],
    [false, false, false],
  ])('chosen %s, locked %s: shown %s', (poweredBy, poweredByLocked, shown) => {
    const widget = { ...site.widget, poweredBy };
    expect(poweredByShown({ widget, surroundings: { mailDomain: '', poweredByLocked } })).toBe(shown);
  });
});

describe('the address of a page', () => {
  it.each([
    ['https://shop.example/privacy', 'https://shop.example/privacy'],
    [' HTTP://Shop.example ', 'http://shop.example/'],
    ['https://магазин.рф/согласие', 'https://xn--80aairftm.xn--p1ai/%D1%81%D0%BE%D0%B3%D0%BB%D0%B0%D1%81%D0%B8%D0%B5'],
  ])('may be %s', (text, url) => {
    expect(parsePageUrl(text)).toBe(url);
  });

  it.each([
    '',
    'shop.example',
    '//shop.example',
    'javascript:alert(1)',
    'data:text/html,x',
    'ftp://shop.example',
    'https:shop.example',
    'https:///x',
    'https://user:secret@shop.example',
    'https://shop.example/a b',
    `https://shop.example/${'a'.repeat(2_000)}`,
  ])('may not be %s', (text) => {
    expect(parsePageUrl(text)).toBeUndefined();
  });
});
