import { describe, expect, it } from '@jest/globals';
import { OfflineMessage } from './offline.js';
import type { OfflineSettings } from './settings.js';

const settings: OfflineSettings = {
  text: { ru: '', en: '' },
  ask: 'email',
  consentText: { ru: '', en: '' },
  consentUrl: '',
};
const nothing = { email: null, phone: null };
const message = (): OfflineMessage => new OfflineMessage(() => undefined);

describe('the offline message', () => {
  it('is shown once, where the conversation stood', () => {
    const offline = message();
    offline.show('d', 7);
    offline.show('d', 9);
    expect(offline.place).toEqual({ dialogId: 'd', after: 7 });
    offline.outdated();
    offline.show('d', 9);
    expect(offline.place).toBeNull();
  });

  it('stays while somebody is answering or has answered', () => {
    const typing = message();
    typing.show(null, 0);
    typing.typed.email = 'i';
    typing.outdated();
    expect(typing.place).not.toBeNull();
    const answered = message();
    answered.show(null, 0);
    answered.left = { kind: 'email', value: 'i@x.ru' };
    answered.outdated();
    expect(answered.place).not.toBeNull();
  });

  it('goes along when the first message makes a dialog, and with no later one', () => {
    const offline = message();
    offline.moved('a');
    expect(offline.place).toBeNull();
    offline.show(null, 0);
    offline.moved('b');
    offline.moved('c');
    expect(offline.place).toEqual({ dialogId: 'b', after: 0 });
  });

  it('asks for what is not known and was not left', () => {
    const offline = message();
    expect(offline.asked(settings, nothing)).toBe('email');
    expect(offline.asked(settings, { ...nothing, phone: '+7' })).toBe('email');
    expect(offline.asked(settings, { ...nothing, email: 'a@b.ru' })).toBeNull();
    expect(offline.asked({ ...settings, ask: 'none' }, nothing)).toBeNull();
    offline.left = { kind: 'email', value: 'a@b.ru' };
    expect(offline.asked({ ...settings, ask: 'phone' }, nothing)).toBeNull();
  });
});
