/** Inline on the host with `!important`: nothing in the page's own sheets can come before these. */
export const HOST_STYLE: Readonly<Record<string, string>> = {
  all: 'initial',
  display: 'block',
  position: 'fixed',
  right: '0',
  bottom: '0',
  width: '0',
  height: '0',
  'z-index': '2147483000',
  'color-scheme': 'light dark',
  // a page that is translated or set from right to left must not turn the widget round
  direction: 'ltr',
};

/** Pixels only: the font size of the page's root is not ours. `--x` and `--y` are the margins, smaller where there is no room. */
export const SHEET = `
.box { --s: #fff; --t: #171d20; --m: #535e65; --e: transparent; --r: #0b6070; --g: #1f8f58;
  --f: 'Golos Text Variable', 'Golos Text', 'Segoe UI', Roboto, 'Helvetica Neue', 'Noto Sans', Arial, sans-serif;
  --l: 0 12px 40px #1020262e, 0 2px 6px #10202614;
  --a1: #dbe9f8; --o1: #1d4a75; --a2: #e9e1f5; --o2: #553884; --a3: #dcefe3; --o3: #1d5a38;
  --a4: #fae6dc; --o4: #803e17; --a5: #f8e0e8; --o5: #842248; --a6: #e6e9d6; --o6: #4c5418;
  --dx: min(var(--x, 20px), max(20px, 50vw - 130px)); --px: min(var(--x, 20px), max(20px, 100vw - 380px)); --py: min(var(--y, 20px), max(20px, 100vh - 584px)); }
.box.dark { --s: #161b1e; --t: #e3e8ea; --m: #a7b2b7; --e: #2b3438; --b: #2b3438; --r: #79cbda; --g: #4cc38a;
  --l: 0 12px 40px #0000008c, 0 2px 6px #00000066;
  --a1: #22394f; --o1: #b9d7f5; --a2: #372c4c; --o2: #d9c8f4; --a3: #1f3b2c; --o3: #b4e0c6;
  --a4: #4a2f22; --o4: #f5cab3; --a5: #4a2634; --o5: #f3c0d2; --a6: #35391f; --o6: #d8dcae; }
*, *::before { box-sizing: border-box; margin: 0; padding: 0; border: 0; font: 400 14px/20px var(--f); letter-spacing: normal; text-align: left; text-decoration: none; }
[hidden] { display: none !important; }
button { background: none; color: inherit; cursor: pointer; -webkit-tap-highlight-color: transparent; }
button:focus-visible { outline: 2px solid var(--r); outline-offset: 2px; box-shadow: var(--l), 0 0 0 2px var(--s); }
.dock { position: fixed; right: calc(var(--dx) + env(safe-area-inset-right, 0px)); bottom: calc(var(--y, 20px) + env(safe-area-inset-bottom, 0px)); display: flex; flex-direction: column; align-items: flex-end; gap: 12px; max-width: calc(100vw - var(--dx) - 20px); }
.launch { position: relative; display: inline-flex; align-items: center; gap: 10px; max-width: 100%; min-height: 52px; padding: 8px 18px 8px 8px; border-radius: 26px; background: var(--w, #0b6070); color: var(--n, #fff); font: 500 15px/20px var(--f); box-shadow: var(--l), 0 0 0 1px var(--e); }
.launch b { font: inherit; overflow-wrap: anywhere; }
.launch i { position: relative; display: grid; place-items: center; flex: none; width: 36px; height: 36px; border-radius: 50%; font: 600 13px/1 var(--f); font-style: normal; }
.launch s { font: inherit; }
.launch canvas { position: absolute; inset: 0; width: 100%; height: 100%; border-radius: 50%; background: var(--s); }
.launch u { display: none; position: absolute; right: -1px; bottom: -1px; width: 10px; height: 10px; border-radius: 50%; background: var(--g); box-shadow: 0 0 0 2px var(--w); }
.on u { display: block; }
.launch.round { width: 56px; height: 56px; padding: 3px; border-radius: 50%; }
.launch.round i { width: 50px; height: 50px; font-size: 17px; }
.round u { right: 3px; bottom: 3px; }
.count { position: absolute; top: -4px; right: -4px; min-width: 22px; height: 22px; padding: 0 6px; border-radius: 11px; background: #b3251d; color: #fff; font: 600 12px/22px var(--f); text-align: center; font-variant-numeric: tabular-nums; }
.right .count { right: max(-4px, -1 * var(--dx)); }
.tip { position: relative; display: flex; max-width: min(280px, 100%); border-radius: 12px 12px 4px 12px; background: var(--s); color: var(--t); box-shadow: var(--l), 0 0 0 1px var(--e); }
.tip .go { padding: 10px 36px 12px 14px; border-radius: inherit; min-width: 0; }
.tip .meta { display: block; margin-bottom: 3px; font: 400 12px/16px var(--f); color: var(--m); }
.tip .text { display: -webkit-box; -webkit-line-clamp: 4; -webkit-box-orient: vertical; overflow: hidden; overflow-wrap: anywhere; }
.tip .x { position: absolute; top: 2px; right: 2px; width: 32px; height: 32px; display: grid; place-items: center; border-radius: 6px; color: var(--m); }
svg { width: 16px; height: 16px; fill: none; stroke: currentColor; stroke-width: 2; stroke-linecap: round; display: block; }
iframe { position: fixed; right: calc(var(--px) + env(safe-area-inset-right, 0px)); bottom: calc(var(--py) + env(safe-area-inset-bottom, 0px)); width: 360px; height: 564px; max-width: calc(100vw - 2 * var(--px)); max-height: calc(100vh - var(--py) - 20px); max-height: calc(100dvh - var(--py) - 20px); border-radius: 16px; background: var(--s); box-shadow: var(--l), 0 0 0 1px var(--b, #1020260f); color-scheme: light dark; visibility: hidden; opacity: 0; transform: translateY(8px); transition: opacity 220ms cubic-bezier(.2, 0, 0, 1), transform 220ms cubic-bezier(.2, 0, 0, 1), visibility 0s 220ms; }
.left .dock { right: auto; left: calc(var(--dx) + env(safe-area-inset-left, 0px)); align-items: flex-start; }
.left iframe { right: auto; left: calc(var(--px) + env(safe-area-inset-left, 0px)); }
.left .tip { border-radius: 12px 12px 12px 4px; }
.top .dock { bottom: auto; top: calc(var(--y) + env(safe-area-inset-top, 0px)); flex-direction: column-reverse; }
.top iframe { bottom: auto; top: calc(var(--py) + env(safe-area-inset-top, 0px)); transform: translateY(-8px); }
.top .tip { border-radius: 12px 4px 12px 12px; }
.top.left .tip { border-radius: 4px 12px 12px; }
.top .count { top: max(-4px, -1 * var(--y)); }
.box iframe.open { visibility: visible; opacity: 1; transform: none; transition-delay: 0s; }
.box iframe.full { top: 0; left: 0; right: auto; bottom: auto; width: 100vw; height: 100vh; height: 100dvh; max-width: none; max-height: none; border-radius: 0; box-shadow: none; }
.probe { position: fixed; visibility: hidden; pointer-events: none; padding: env(safe-area-inset-top, 0px) 0 env(safe-area-inset-bottom, 0px); }
@media (hover: hover) { .tip .x:hover { background: #7d898f26; } }
@media (pointer: coarse) { .tip .x { width: 40px; height: 40px; } .tip .go { padding-right: 44px; } }
@media (prefers-reduced-motion: reduce) { .box iframe { transition: none; transform: none; } }
@media print { .dock, iframe { display: none !important; } }
`;
