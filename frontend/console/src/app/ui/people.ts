/** First letters of a person's or company's name: "Ксения Дорохова" → "КД", "ООО «Высокогорснабэкспедиция»" → "В". */
export function initials(name: string): string {
  const words = name
    .replace(/[«»„“"'()]/g, ' ')
    .split(/\s+/)
    .filter((word) => /^\p{L}/u.test(word))
    .filter((word, _at, all) => all.length === 1 || !/^(ООО|ОАО|ЗАО|ПАО|АО|ИП|LLC|Ltd)$/i.test(word));
  const [first, second] = words;
  if (!first) return '';
  return (firstLetter(first) + (second ? firstLetter(second) : '')).toUpperCase();
}

function firstLetter(word: string): string {
  return [...word][0] ?? '';
}

/** One of the six avatar tints, always the same for the same id. */
export function tintOf(seed: string): number {
  let hash = 2_166_136_261;
  for (let i = 0; i < seed.length; i += 1) hash = Math.imul(hash ^ seed.charCodeAt(i), 16_777_619);
  return ((hash >>> 0) % 6) + 1;
}

/** Last four characters of an id, as a nameless visitor is called. */
export function shortCode(id: string): string {
  return id
    .replace(/[^\p{L}\p{N}]/gu, '')
    .slice(-4)
    .toUpperCase();
}

/** Cuts a file name in the middle and keeps its end: "Заявление_на_обмен_48213.pdf" → "Заявление_на…48213.pdf". */
export function cutMiddle(name: string, max = 25): string {
  const letters = [...name];
  if (letters.length <= max) return name;
  const tail = Math.min(10, Math.floor(max / 2));
  return `${letters.slice(0, max - tail - 1).join('')}…${letters.slice(-tail).join('')}`;
}
