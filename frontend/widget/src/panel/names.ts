const TINTS = 6;

/** Up to two letters for a picture: "Лесная тропа" → ЛТ, "Марина" → М. */
export function initials(name: string): string {
  const words = name.split(/[\s.,«»"'()—-]+/u).filter(Boolean);
  const letters = [words[0], words.length > 1 ? words[1] : undefined].map((word) => (word ? ([...word][0] ?? '') : ''));
  return letters.join('').toLocaleUpperCase() || '?';
}

/** One of six tints by hash of an id (FNV-1a), 1 to 6; the same id always has the same. */
export function tintOf(id: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < id.length; index += 1) hash = Math.imul(hash ^ id.charCodeAt(index), 0x01000193);
  return ((hash >>> 0) % TINTS) + 1;
}

/** Cuts a file's name in the middle so that its ending stays readable: `Заявле…48213.pdf`. */
export function cutMiddle(name: string, max = 28): string {
  const letters = [...name];
  if (letters.length <= max) return name;
  const tail = Math.floor((max - 1) / 2);
  return `${letters.slice(0, max - 1 - tail).join('')}…${letters.slice(-tail).join('')}`;
}
