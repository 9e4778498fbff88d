/** A piece of a message's text: plain, or a web address. */
export interface TextPart {
  readonly text: string;
  readonly href?: string;
}

const LINK = /\bhttps?:\/\/[^\s<>"«»]+/gi;

/** Splits a text at its web addresses; closing punctuation does not belong to an address. Only http and https become links. */
export function linkParts(text: string): readonly TextPart[] {
  const parts: TextPart[] = [];
  let at = 0;
  for (const match of text.matchAll(LINK)) {
    const url = trimEnd(match[0]);
    const start = match.index;
    if (start > at) parts.push({ text: text.slice(at, start) });
    parts.push({ text: url, href: url });
    at = start + url.length;
  }
  if (at < text.length) parts.push({ text: text.slice(at) });
  return parts;
}

function trimEnd(url: string): string {
  let end = url.replace(/[.,;:!?'…]+$/, '');
  while (end.endsWith(')') && count(end, '(') < count(end, ')')) end = end.slice(0, -1);
  return end;
}

function count(text: string, char: string): number {
  return text.split(char).length - 1;
}
