import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { checked } from '@beseda/errors';
import { describe, expect, it } from '@jest/globals';
import * as api from './index.js';
import { CHAT_LOOK_KEYS, DEFAULT_CHAT_LOOK, LIMITS, chatLookSchema, localizedField, textField } from './index.js';

const services = join(import.meta.dirname, '../../../services');
const sources = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.spec.ts'))
    .map((name) => join(folder, name));

/** A bound of a schema that is a number and not a name; 0, 1 and the seven days of a week are no limits anybody would change. */
const BARE =
  /\.(?:min|max|length)\(\s*[\d_]*[02-9_][\d_]+|\.(?:max|length)\(\s*\d|\.(?:min)\(\s*[2-9]\s*[,)]|\{\d+,\d+\}/;
const EDGES = ['admin', 'contacts', 'dialogs', 'routing'].map((name) => join(services, name, 'src/transport'));
const API_FILES = sources(import.meta.dirname).filter((file) => !file.endsWith('limits.ts'));

describe('limits', () => {
  it('stand as numbers nowhere but here', () => {
    const files = [...EDGES.flatMap(sources), ...API_FILES];
    const bare = files.flatMap((file) =>
      readFileSync(file, 'utf8')
        .split('\n')
        .filter((line) => line.includes('z.') || /^\s*\.(min|max|length|regex)\(/.test(line))
        .filter((line) => BARE.test(line) && !/weekday|\.max\(7\)/.test(line))
        .map((line) => `${file}: ${line.trim()}`),
    );
    expect(files.length).toBeGreaterThan(30);
    expect(bare).toEqual([]);
  });

  it('are found where one is written by hand', () => {
    for (const line of ['z.string().max(200)', 'z.int().min(30)', 'z.array(id).max(5)', '.regex(/^[a-z]{1,64}$/)']) {
      expect(line).toMatch(BARE);
    }
  });
});

const body = (schema: keyof typeof api, value: unknown): unknown => {
  try {
    checked(api[schema] as never, value);
    return 'taken';
  } catch (error) {
    return (error as { fields: { path: string; code: string }[] }).fields.map(({ path, code }) => `${path} ${code}`);
  }
};
const text = (length: number): { ru: string; en: string } => ({ ru: 'я'.repeat(length), en: '' });
const props = (length: number): object => ({ a: 'x'.repeat(length - '{"a":""}'.length) });
const site = (change: object): object => ({ version: 1, ...change });
const offline = { enabled: true, text: text(1), ask: 'none', consentText: text(1), consentUrl: '' };
const list = (length: number): string[] => Array.from({ length }, (_, index) => `a${index}`);

/** What is taken at the limit, and how one more is refused. Services check by the same schemas. */
const CASES: [schema: keyof typeof api, value: (limit: number) => object, limit: number, refused: string][] = [
  ['siteSettingsPatch', (n) => site({ widget: { caption: text(n) } }), LIMITS.caption, 'widget.caption.ru too_long'],
  ['siteSettingsPatch', (n) => site({ widget: { greeting: text(n) } }), LIMITS.greeting, 'widget.greeting.ru too_long'],
  ['siteSettingsPatch', (n) => site({ widget: { marginX: n } }), LIMITS.margin, 'widget.marginX too_large'],
  ['siteSettingsPatch', (n) => site({ reopenWindowHours: n }), LIMITS.reopenWindowHours, 'reopenWindowHours too_large'],
  ['siteSettingsPatch', (n) => site({ maxFileBytes: n }), LIMITS.fileBytes, 'maxFileBytes too_large'],
  ['siteSettingsPatch', (n) => site({ name: 'x'.repeat(n) }), LIMITS.siteName, 'name too_long'],
  ['siteSettingsPatch', (n) => site({ senderName: 'x'.repeat(n) }), LIMITS.siteName, 'senderName too_long'],
  ['siteSettingsPatch', (n) => site({ domains: list(n) }), LIMITS.domains, 'domains too_many'],
  [
    'siteSettingsPatch',
    (n) => site({ offline: { ...offline, text: text(n) } }),
    LIMITS.offlineText,
    'offline.text.ru too_long',
  ],
  [
    'siteSettingsPatch',
    (n) => site({ offline: { ...offline, consentText: text(n) } }),
    LIMITS.consentText,
    'offline.consentText.ru too_long',
  ],
  ['trackBody', (n) => ({ event: 'x'.repeat(n) }), LIMITS.eventName, 'event too_long'],
  ['trackBody', (n) => ({ event: 'x', props: props(n) }), LIMITS.eventPropsJson, 'props too_large'],
  ['identifyBody', (n) => ({ name: 'x'.repeat(n) }), LIMITS.contactName, 'name too_long'],
  ['identifyBody', (n) => ({ email: 'x'.repeat(n) }), LIMITS.email, 'email too_long'],
  ['identifyBody', (n) => ({ phone: '1'.repeat(n) }), LIMITS.phone, 'phone too_long'],
  [
    'identifyBody',
    (n) => ({ properties: Object.fromEntries(list(n).map((k) => [k, 1])) }),
    LIMITS.properties,
    'properties too_many',
  ],
  ['accountPatch', (n) => ({ name: 'x'.repeat(n) }), LIMITS.personName, 'name too_long'],
  [
    'changePasswordBody',
    (n) => ({ currentPassword: 'x', newPassword: 'x'.repeat(n) }),
    LIMITS.password,
    'newPassword too_long',
  ],
  ['createTeamBody', (n) => ({ name: 'x'.repeat(n), operatorIds: [] }), LIMITS.teamName, 'name too_long'],
  ['createTeamBody', (n) => ({ name: 'x', operatorIds: list(n) }), LIMITS.ids, 'operatorIds too_many'],
  ['createKeyBody', (n) => ({ name: 'x'.repeat(n), scopes: ['dialogs:read'] }), LIMITS.apiKeyName, 'name too_long'],
  ['billingBody', (n) => ({ licence: 'x'.repeat(n) }), LIMITS.licence, 'licence too_long'],
  ['createTagBody', (n) => ({ name: 'x'.repeat(n) }), LIMITS.tagName, 'name too_long'],
  ['tagsBody', (n) => ({ tags: list(n) }), LIMITS.tags, 'tags too_many'],
  ['sendBody', (n) => ({ clientMessageId: 'x'.repeat(8), text: '😀'.repeat(n) }), LIMITS.messageText, 'text too_long'],
];

describe('a body', () => {
  it.each(CASES)('of %s is taken at its limit and refused above: %#', (schema, value, limit, refused) => {
    expect(body(schema, value(limit))).toBe('taken');
    expect(body(schema, value(limit + 1))).toEqual([refused]);
  });

  it('says its limits in the description of the API', () => {
    expect(localizedField(40).shape.ru.toJSONSchema()).toMatchObject({ type: 'string', maxLength: 40 });
    expect(textField(3).parse(' 😀😀😀 ')).toBe('😀😀😀');
  });
});

describe('the look of the chat', () => {
  it('has a default for each of its settings, which its own schema takes as it is', () => {
    expect(Object.keys(DEFAULT_CHAT_LOOK)).toEqual(CHAT_LOOK_KEYS);
    expect(chatLookSchema.parse(DEFAULT_CHAT_LOOK)).toEqual(DEFAULT_CHAT_LOOK);
  });
});
