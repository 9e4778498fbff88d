import type { AnswerProblem } from '../answer.js';
import type { Asked } from '../offline.js';
import type { Language } from './index.js';

/** Texts of the offline form; they come with it, not with the panel. */
export interface OfflineTexts {
  readonly label: Record<Asked, string>;
  readonly send: Record<Asked, string>;
  readonly sending: string;
  readonly thanks: Record<Asked, string>;
  readonly newTab: string;
  readonly problems: Record<Asked, Record<AnswerProblem, string>>;
}

const NETWORK_RU = 'Не\u00a0получилось сохранить: сервер не\u00a0отвечает. Попробуйте ещё раз.';
const NETWORK_EN = 'Could not be saved: the server does not answer. Try again.';

/** In both languages; `{value}` is what was left. */
export const offlineTexts: Readonly<Record<Language, OfflineTexts>> = {
  ru: {
    label: { email: 'Ваша почта', phone: 'Ваш телефон' },
    send: { email: 'Оставить почту', phone: 'Оставить телефон' },
    sending: 'Сохраняем…',
    thanks: {
      email: 'Спасибо! Ответ придёт и\u00a0на\u00a0{value}.',
      phone: 'Спасибо! Перезвоним по\u00a0номеру {value}.',
    },
    newTab: 'откроется в\u00a0новой вкладке',
    problems: {
      email: {
        empty: 'Напишите адрес почты',
        unfinished: 'Похоже, адрес не\u00a0дописан',
        invalid: 'Адрес выглядит так: name@example.com',
        short: '',
        refused: 'Такой адрес не\u00a0подошёл. Проверьте его.',
        network: NETWORK_RU,
      },
      phone: {
        empty: 'Напишите номер телефона',
        unfinished: '',
        invalid: 'Номер — это цифры, например +7\u00a0912\u00a0345-67-89',
        short: 'Похоже, номер не\u00a0дописан',
        refused: 'Такой номер не\u00a0подошёл. Проверьте его.',
        network: NETWORK_RU,
      },
    },
  },
  en: {
    label: { email: 'Your e-mail', phone: 'Your phone' },
    send: { email: 'Leave e-mail', phone: 'Leave phone' },
    sending: 'Saving…',
    thanks: {
      email: 'Thank you! The answer also goes to {value}.',
      phone: 'Thank you! We will call {value}.',
    },
    newTab: 'opens in a new tab',
    problems: {
      email: {
        empty: 'Enter your e-mail address',
        unfinished: 'The address does not seem to be complete',
        invalid: 'An address looks like this: name@example.com',
        short: '',
        refused: 'This address was not accepted. Please check it.',
        network: NETWORK_EN,
      },
      phone: {
        empty: 'Enter your phone number',
        unfinished: '',
        invalid: 'A number is made of digits, for example +44\u00a020\u00a07946\u00a00018',
        short: 'The number does not seem to be complete',
        refused: 'This number was not accepted. Please check it.',
        network: NETWORK_EN,
      },
    },
  },
};
