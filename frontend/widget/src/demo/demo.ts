/** The shop's own script: language, categories without loading the page again, a cart. Knows the chat only by its script API. */
type Chat = (name: string, ...args: unknown[]) => void;

const TITLES = {
  ru: 'Лесная тропа: снаряжение для походов',
  en: 'Forest Trail: gear for the outdoors',
} as const;

const query = new URLSearchParams(location.search);
const language = query.get('lang') === 'en' ? 'en' : 'ru';
// before the first paint and before the chat asks for the language of the page
document.documentElement.lang = language;

const shop = window as unknown as { beseda?: Chat & { q?: unknown[] } };
/** The stub of the install snippet: calls wait in a queue until the chat is there. */
const chat: Chat = (...args) => {
  shop.beseda ??= Object.assign((...call: unknown[]) => shop.beseda?.q?.push(call), { q: [] as unknown[] });
  shop.beseda(...args);
};

function withQuery(changes: Record<string, string>): string {
  const next = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(changes)) next.set(name, value);
  return `?${next.toString()}`;
}

function showCategory(): void {
  const category = new URLSearchParams(location.search).get('category') ?? 'all';
  let title = '';
  for (const link of document.querySelectorAll<HTMLAnchorElement>('nav a')) {
    const current = link.dataset['category'] === category;
    if (current) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
    if (current) title = link.querySelector(`[lang="${language}"]`)?.textContent ?? '';
  }
  for (const card of document.querySelectorAll<HTMLElement>('.card'))
    card.hidden = category !== 'all' && card.dataset['category'] !== category;
  const heading = document.querySelector('#title');
  if (heading) heading.textContent = title;
  document.title = category === 'all' ? TITLES[language] : `${title} · ${TITLES[language].split(':')[0] ?? ''}`;
}

function start(): void {
  document
    .querySelector<HTMLAnchorElement>('#lang')
    ?.setAttribute('href', withQuery({ lang: language === 'en' ? 'ru' : 'en' }));
  for (const link of document.querySelectorAll<HTMLAnchorElement>('a[data-category]')) {
    link.href = withQuery({ category: link.dataset['category'] ?? 'all' });
    link.addEventListener('click', (event) => {
      event.preventDefault();
      history.pushState(null, '', link.href);
      showCategory();
    });
  }
  document.querySelector('nav')?.setAttribute('aria-label', language === 'en' ? 'Catalogue' : 'Каталог');
  addEventListener('popstate', showCategory);
  let inCart = 0;
  for (const button of document.querySelectorAll<HTMLButtonElement>('.add')) {
    button.addEventListener('click', () => {
      inCart += 1;
      const counter = document.querySelector('#cart');
      if (counter) counter.textContent = String(inCart);
      chat('track', 'cart-add', { product: button.dataset['product'], inCart });
    });
  }
  document.querySelector('#ask')?.addEventListener('click', () => chat('open'));
  showCategory();
}

if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', start);
else start();
