import type { MailTemplate } from './mail.js';
import type { Locale } from './operator.js';

/** What a mail tells; what a template does not need may be empty. */
export interface MailFacts {
  /** Name of the addressee. */
  name: string;
  /** E-mail address to sign in with; of a changed one the former. */
  login: string;
  /** Name of the site it is about. */
  site: string;
  /** Who invites. */
  by: string;
  /** Where to click. */
  link: string;
  /** One-time password. */
  password: string;
}

export interface MailText {
  subject: string;
  text: string;
  html: string;
}

/** A paragraph, a pair of words to copy, or the button. */
type Block = { p: string } | { label: string; value: string } | { button: string; link: string };

type Draft = { subject: string; blocks: Block[] };

const greeting = (locale: Locale, name: string): Block => ({
  p: locale === 'ru' ? `Здравствуйте, ${name}!` : `Hello ${name},`,
});

const DRAFTS: Record<MailTemplate, Record<Locale, (facts: MailFacts) => Draft>> = {
  invitation: {
    ru: (f) => ({
      subject: `Приглашение в Beseda: ${f.site}`,
      blocks: [
        greeting('ru', f.name),
        {
          p: `${f.by ? `${f.by} приглашает вас` : 'Вас приглашают'} отвечать на сообщения клиентов сайта «${f.site}».`,
        },
        { label: 'Логин', value: f.login },
        { label: 'Одноразовый пароль', value: f.password },
        { p: 'Он действует 7 дней. При первом входе вы зададите свой пароль.' },
        { button: 'Войти', link: f.link },
      ],
    }),
    en: (f) => ({
      subject: `Invitation to Beseda: ${f.site}`,
      blocks: [
        greeting('en', f.name),
        { p: `${f.by ? `${f.by} invites you` : 'You are invited'} to answer the customers of “${f.site}”.` },
        { label: 'Login', value: f.login },
        { label: 'One-time password', value: f.password },
        { p: 'It works for 7 days. At your first login you choose a password of your own.' },
        { button: 'Sign in', link: f.link },
      ],
    }),
  },
  welcome: {
    ru: (f) => ({
      subject: `Приглашение в Beseda: ${f.site}`,
      blocks: [
        greeting('ru', f.name),
        {
          p: `${f.by ? `${f.by} приглашает вас` : 'Вас приглашают'} отвечать на сообщения клиентов сайта «${f.site}».`,
        },
        { label: 'Ваш адрес', value: f.login },
        { p: 'Пароль не нужен: входите через учётную запись вашей компании.' },
        { button: 'Войти', link: f.link },
      ],
    }),
    en: (f) => ({
      subject: `Invitation to Beseda: ${f.site}`,
      blocks: [
        greeting('en', f.name),
        { p: `${f.by ? `${f.by} invites you` : 'You are invited'} to answer the customers of “${f.site}”.` },
        { label: 'Your address', value: f.login },
        { p: 'You need no password: sign in with the account of your company.' },
        { button: 'Sign in', link: f.link },
      ],
    }),
  },
  added: {
    ru: (f) => ({
      subject: `Вам открыт сайт «${f.site}» в Beseda`,
      blocks: [
        greeting('ru', f.name),
        { p: `${f.by ? `${f.by} добавил(а) вас` : 'Вас добавили'} в операторы сайта «${f.site}».` },
        { label: 'Логин', value: f.login },
        { p: 'Пароль у вас прежний. Сайт появится в списке слева после входа.' },
        { button: 'Открыть Beseda', link: f.link },
      ],
    }),
    en: (f) => ({
      subject: `You can work on “${f.site}” in Beseda now`,
      blocks: [
        greeting('en', f.name),
        { p: `${f.by ? `${f.by} has made you` : 'You are now'} an operator of “${f.site}”.` },
        { label: 'Login', value: f.login },
        { p: 'Your password stays the same. The site is in the list on the left once you are signed in.' },
        { button: 'Open Beseda', link: f.link },
      ],
    }),
  },
  reset: {
    ru: (f) => ({
      subject: 'Новый пароль в Beseda',
      blocks: [
        greeting('ru', f.name),
        { p: 'Кто-то, скорее всего вы, попросил сменить пароль. Ссылка работает один раз и в течение часа.' },
        { label: 'Логин', value: f.login },
        { button: 'Задать новый пароль', link: f.link },
        { p: 'Если это были не вы, ничего делать не нужно: пароль остаётся прежним.' },
      ],
    }),
    en: (f) => ({
      subject: 'A new password for Beseda',
      blocks: [
        greeting('en', f.name),
        { p: 'Somebody, most likely you, asked to change your password. The link works once and for an hour.' },
        { label: 'Login', value: f.login },
        { button: 'Set a new password', link: f.link },
        { p: 'If it was not you, there is nothing to do: your password stays as it is.' },
      ],
    }),
  },
  'password-changed': {
    ru: (f) => ({
      subject: 'Пароль в Beseda изменён',
      blocks: [
        greeting('ru', f.name),
        { p: `Пароль для входа ${f.login} только что изменён, остальные сеансы завершены.` },
        { p: 'Если это были не вы, сразу задайте новый пароль по ссылке «Забыли пароль?» и сообщите администратору.' },
        { button: 'Открыть Beseda', link: f.link },
      ],
    }),
    en: (f) => ({
      subject: 'Your password for Beseda was changed',
      blocks: [
        greeting('en', f.name),
        { p: `The password of ${f.login} was changed a moment ago, other sessions have ended.` },
        { p: 'If it was not you, set a new one at once by “Forgot your password?” and tell your administrator.' },
        { button: 'Open Beseda', link: f.link },
      ],
    }),
  },
  // To the former address, which may be a stranger's by now: the new one is not named.
  'email-changed': {
    ru: (f) => ({
      subject: 'Адрес для входа в Beseda изменён',
      blocks: [
        greeting('ru', f.name),
        { p: `Адрес ${f.login} больше не подходит для входа: в вашей учётной записи указан другой.` },
        { p: 'Письма от Beseda на него больше не приходят. Если вы этого не ждали, сразу сообщите администратору.' },
      ],
    }),
    en: (f) => ({
      subject: 'Your address for Beseda was changed',
      blocks: [
        greeting('en', f.name),
        { p: `You cannot sign in with ${f.login} any more: your account has another address now.` },
        { p: 'Beseda sends no more mails to it. If you did not expect this, tell your administrator at once.' },
      ],
    }),
  },
};

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escape = (text: string): string => text.replace(/[&<>"']/g, (sign) => ESCAPES[sign] ?? sign);
/** Names come from people: a line break in one must not begin a new line of the mail, least of all of its head. */
const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim();

const inText = (block: Block): string => {
  if ('p' in block) return block.p;
  return 'label' in block ? `${block.label}: ${block.value}` : `${block.button}: ${block.link}`;
};

const inHtml = (block: Block): string => {
  if ('p' in block) return `<p style="margin:0 0 16px">${escape(block.p)}</p>`;
  if ('label' in block) {
    const value = `<strong style="font-family:Consolas,Menlo,monospace">${escape(block.value)}</strong>`;
    return `<p style="margin:0 0 16px">${escape(block.label)}:<br>${value}</p>`;
  }
  const style =
    'display:inline-block;padding:12px 20px;border-radius:8px;background:#0b6070;color:#ffffff;text-decoration:none';
  return `<p style="margin:0 0 16px"><a href="${escape(block.link)}" style="${style}">${escape(block.button)}</a></p>`;
};

/** Writes a mail, as text and as HTML. */
export function mailText(template: MailTemplate, locale: Locale, facts: MailFacts): MailText {
  const { link, ...words } = facts;
  const clean = Object.fromEntries(Object.entries(words).map(([key, text]) => [key, oneLine(text)])) as typeof words;
  const { subject, blocks } = DRAFTS[template][locale]({ ...clean, link });
  const body = 'margin:0 auto;max-width:520px;padding:24px;font:16px/1.5 Arial,sans-serif;color:#1b1f24';
  return {
    subject,
    text: `${blocks.map(inText).join('\n\n')}\n`,
    html:
      `<!doctype html><html lang="${locale}"><head><meta charset="utf-8"><title>${escape(subject)}</title></head>` +
      `<body style="${body}">${blocks.map(inHtml).join('')}</body></html>`,
  };
}
