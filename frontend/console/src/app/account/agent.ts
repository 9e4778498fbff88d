/** What a `User-Agent` says in words: "Chrome, Windows". Empty when it says nothing known. */
export function agentName(agent: string): string {
  const browser = BROWSERS.find(([, mark]) => mark.test(agent))?.[0];
  const system = SYSTEMS.find(([, mark]) => mark.test(agent))?.[0];
  return [browser, system].filter(Boolean).join(', ');
}

/** A phone or tablet, for the icon. */
export function isMobile(agent: string): boolean {
  return /Mobile|Android|iPhone|iPad/.test(agent);
}

// the order counts: later ones name themselves beside the earlier
const BROWSERS: readonly (readonly [string, RegExp])[] = [
  ['Яндекс Браузер', /YaBrowser\//],
  ['Edge', /Edg(e|A|iOS)?\//],
  ['Opera', /OPR\/|Opera\//],
  ['Samsung Internet', /SamsungBrowser\//],
  ['Firefox', /Firefox\/|FxiOS\//],
  ['Chrome', /Chrome\/|CriOS\//],
  ['Safari', /Safari\//],
];
const SYSTEMS: readonly (readonly [string, RegExp])[] = [
  ['Windows', /Windows/],
  ['Android', /Android/],
  ['iOS', /iPhone|iPad/],
  ['macOS', /Mac OS X|Macintosh/],
  ['ChromeOS', /CrOS/],
  ['Linux', /Linux/],
];
