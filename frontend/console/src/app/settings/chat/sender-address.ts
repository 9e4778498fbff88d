/** RFC 5321 §4.5.3.1.1: at most 64 characters before the `@`. */
const MAX_LOCAL_PART = 64;

const LETTERS: Readonly<Record<string, string>> = {
  ...{ а: 'a', б: 'b', в: 'v', г: 'g', д: 'd', е: 'e', ё: 'yo', ж: 'zh', з: 'z', и: 'i', й: 'y', к: 'k', л: 'l' },
  ...{ м: 'm', н: 'n', о: 'o', п: 'p', р: 'r', с: 's', т: 't', у: 'u', ф: 'f', х: 'h', ц: 'c', ч: 'ch', ш: 'sh' },
  ...{ щ: 'shch', ъ: '', ы: 'y', ь: '', э: 'e', ю: 'yu', я: 'ya' },
};

/**
 * The address a name will get in the site's mail domain, before it is saved: «Дима» → `dima@app1.example.com`. Undefined when the name has letters only the server
 * can write in Latin.
 */
export function addressOf(name: string, domain: string): string | undefined {
  const latin = [...name.trim().toLowerCase()].map((letter) => LETTERS[letter] ?? letter).join('');
  if (/[^\p{ASCII}«»„“”—–’\s]/u.test(latin)) return undefined;
  const words = latin
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, MAX_LOCAL_PART + 1)
    .replace(/^-+/, '')
    .slice(0, MAX_LOCAL_PART)
    .replace(/-+$/, '');
  return `${words || 'chat'}@${domain}`;
}
