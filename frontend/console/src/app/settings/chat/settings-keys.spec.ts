import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { siteSettingsSchema } from '@beseda/api';
import { expect, it } from '@jest/globals';
import { z } from 'zod';
import { specs } from './chat-form.js';

/** Settings of a site that the page of the chat has no field for, each with its reason. */
const NOT_ON_THE_PAGE: Readonly<Record<string, string>> = {
  version: 'counts changes',
  name: 'is given with the site',
  number: 'is given with the site',
  reopenWindowHours: 'is on the page about closing',
  maxFileBytes: 'is on the page about closing',
  senderAddress: 'is made of the name of the sender',
  mailDomain: 'belongs to the installation',
  poweredByLocked: 'comes of the licence',
  seen: 'is observed',
  'widget.avatarUrl': 'is uploaded',
};

/** `widget.caption.ru`: every value that is no object of its own. */
const leaves = (schema: z.ZodObject, path = ''): string[] =>
  Object.entries(schema.shape).flatMap(([key, value]) =>
    value instanceof z.ZodObject ? leaves(value, `${path}${key}.`) : [path + key],
  );

const fields = specs((key) => key).map(({ path }) => path as string);

it('every setting of a site is a field of the form or is not in the console for a reason', () => {
  expect([...fields, ...Object.keys(NOT_ON_THE_PAGE)].sort()).toEqual(leaves(siteSettingsSchema).sort());
});

it('every field of the form is in the template of a tab', () => {
  const folder = import.meta.dirname;
  const templates = readdirSync(folder)
    .filter((name) => /-tab\.ts$|-tabs\.ts$/.test(name))
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('\n');
  expect(fields.filter((path) => !templates.includes(`field('${path}')`))).toEqual([]);
});
