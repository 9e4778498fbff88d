import { inject } from '@angular/core';
import { type ResolveFn } from '@angular/router';
import { I18n, type Lang } from './i18n.js';

type Catalogue = Promise<{ readonly TEXTS: Readonly<Record<string, string>> }>;

/**
 * Texts that come with a lazy page instead of the first load. A part is two files in `parts/` and one line in {@link PARTS}; its keys
 * begin with its name, so that no two parts share one.
 */
const PARTS = {
  chat: { ru: () => import('./parts/chat.ru.js'), en: () => import('./parts/chat.en.js') },
  hours: { ru: () => import('./parts/hours.ru.js'), en: () => import('./parts/hours.en.js') },
  library: { ru: () => import('./parts/library.ru.js'), en: () => import('./parts/library.en.js') },
  settings: { ru: () => import('./parts/settings.ru.js'), en: () => import('./parts/settings.en.js') },
  signin: { ru: () => import('./parts/signin.ru.js'), en: () => import('./parts/signin.en.js') },
  people: { ru: () => import('./parts/people.ru.js'), en: () => import('./parts/people.en.js') },
  account: { ru: () => import('./parts/account.ru.js'), en: () => import('./parts/account.en.js') },
  system: { ru: () => import('./parts/system.ru.js'), en: () => import('./parts/system.en.js') },
} as const satisfies Record<string, Record<Lang, () => Catalogue>>;

export type PartName = keyof typeof PARTS;
export const PART_NAMES = Object.keys(PARTS) as readonly PartName[];

type TextsOf<P extends PartName> = Awaited<ReturnType<(typeof PARTS)[P]['ru']>>['TEXTS'];
/** Every key that a part brings. */
export type PartKey = { [P in PartName]: keyof TextsOf<P> }[PartName];

/** The texts of a part in a language. */
export async function partTexts(part: PartName, lang: Lang): Promise<Readonly<Record<string, string>>> {
  return (await PARTS[part][lang]()).TEXTS;
}

/** For `resolve` of a route: the page is shown when its texts are there. */
export function texts(...parts: readonly PartName[]): ResolveFn<boolean> {
  return async () => {
    await inject(I18n).need(parts);
    return true;
  };
}
