import { type Operator, call } from './api.js';

/** What the settings pages read and write of a site. */
export interface SiteSettingsJson {
  version: number;
  name: string;
  number: number;
  domains: string[];
  senderName: string;
  senderAddress: string;
  poweredByLocked: string | null;
  seen: { host: string; at: string }[];
  widget: Record<string, unknown>;
  offline: Record<string, unknown>;
}

/** Changes settings of the operator's site to the newest version, as a form does that was just loaded. */
export async function changeSettings(operator: Operator, change: object): Promise<SiteSettingsJson> {
  const { version } = await operator.get<SiteSettingsJson>('settings');
  return operator.send('PATCH', 'settings', { version, ...change });
}

/** Puts a picture as the site's common avatar. */
export async function putAvatar(operator: Operator, path: string, png: Uint8Array): Promise<{ avatarUrl?: string }> {
  const form = new FormData();
  form.append('file', new Blob([new Uint8Array(png)], { type: 'image/png' }), 'avatar.png');
  return call(`${operator.url}/api/${path}`, 'PUT', operator.token, form);
}
