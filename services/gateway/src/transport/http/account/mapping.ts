import { type Account, LOCALES, THEMES } from '@beseda/api';
import type { adminV1 } from '@beseda/contracts';
import { operatorAvatar } from '../../mapping/avatars.js';

/** What an operator sees of himself. @throws TypeError when the service left him out */
export function accountShape(account: adminV1.GetAccountResponse | undefined): Account {
  const operator = account?.operator;
  if (!account || !operator) throw new TypeError('admin answered without the account');
  const { version, secondFactor, recoveryCodesLeft, noPassword } = account;
  return {
    id: operator.id,
    name: operator.name,
    internalName: operator.internalName,
    email: operator.email,
    avatarUrl: operatorAvatar(operator),
    locale: LOCALES.find((locale) => locale === operator.locale) ?? null,
    theme: THEMES.find((theme) => theme === operator.theme) ?? null,
    version,
    secondFactor,
    recoveryCodesLeft,
    noPassword,
  };
}
