import { randomBytes } from 'node:crypto';
import type { ReadyLine } from '@beseda/all-in-one';
import { type Browser, chromium } from 'playwright-core';
import { Operator, call } from './api.js';

/** What the global setup of the scenarios that need only a site has started. */
function shared(): { ready: ReadyLine; browser: string } {
  const told = process.env['BESEDA_E2E'];
  if (!told) throw new Error('The global setup of Jest starts the product: this scenario belongs into src/sites.');
  return JSON.parse(told) as { ready: ReadyLine; browser: string };
}

/** The browser of all scenarios; closing it closes what this file opened. */
export const sharedBrowser = (): Promise<Browser> => chromium.connect(shared().browser);

/** A site of its own on the product of all scenarios. */
export interface Site {
  readonly url: string;
  readonly siteId: string;
  /** A page with the widget of the site. */
  readonly demo: string;
  /** Sign-in of its only superadmin, who has no other site. */
  readonly credentials: { readonly email: string; readonly password: string };
  /** That superadmin, signed in. */
  readonly owner: Operator;
}

/** Makes a site whose superadmin is somebody new. */
export async function openSite(): Promise<Site> {
  const { url, siteId: firstSite } = shared().ready;
  const maker = await Operator.login(url, firstSite);
  const { siteId } = await call<{ siteId: string }>(`${url}/api/sites`, 'POST', maker.token, { name: 'Лавка' });
  const credentials = {
    email: `owner-${randomBytes(4).toString('hex')}@example.test`,
    password: 'correct horse battery',
  };
  const body = { ...credentials, name: 'Хозяйка', role: 'superadmin' };
  await call(`${url}/api/sites/${siteId}/operators`, 'POST', maker.token, body);
  const owner = await Operator.login(url, siteId, credentials);
  await owner.send('DELETE', `operators/${maker.id}`);
  return { url, siteId, demo: `${url}/demo?site=${siteId}`, credentials, owner };
}
