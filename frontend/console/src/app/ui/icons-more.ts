import { type EnvironmentProviders } from '@angular/core';
import {
  ArrowDown,
  ArrowUp,
  CalendarPlus,
  CodeXml,
  CreditCard,
  Ellipsis,
  GripVertical,
  History,
  ImageUp,
  KeyRound,
  Plus,
  Printer,
  RefreshCw,
  ShieldCheck,
  Smartphone,
  Upload,
  Users,
  UsersRound,
} from 'lucide-static';
import { registerIcons } from './register-icons.js';

/** Icons of pages that are not in the first load; their routes provide them. */
export const MORE_ICONS = {
  'arrow-down': ArrowDown,
  'arrow-up': ArrowUp,
  'calendar-plus': CalendarPlus,
  code: CodeXml,
  grip: GripVertical,
  'image-up': ImageUp,
  key: KeyRound,
  plus: Plus,
  'refresh-cw': RefreshCw,
  upload: Upload,
  users: Users,
  ellipsis: Ellipsis,
  'users-round': UsersRound,
  history: History,
  'credit-card': CreditCard,
  'shield-check': ShieldCheck,
  printer: Printer,
  smartphone: Smartphone,
} as const;

export function provideMoreIcons(): EnvironmentProviders {
  return registerIcons(MORE_ICONS);
}
