import { type EnvironmentProviders } from '@angular/core';
import {
  ArrowLeft,
  Bot,
  Check,
  CheckCheck,
  ChevronDown,
  Circle,
  CircleAlert,
  CircleQuestionMark,
  Clock,
  CloudOff,
  Copy,
  Download,
  ExternalLink,
  Eye,
  EyeOff,
  FileText,
  Globe,
  Image,
  Keyboard,
  Languages,
  Lock,
  LogIn,
  LogOut,
  Mail,
  Menu,
  MessageSquare,
  MessageSquareText,
  Monitor,
  Moon,
  PanelRight,
  Paperclip,
  Pencil,
  Plus,
  RotateCcw,
  RotateCw,
  Search,
  Send,
  Settings,
  SlidersHorizontal,
  Sun,
  Tag,
  Trash2,
  TriangleAlert,
  UserPlus,
  UserRound,
  X,
  Zap,
} from 'lucide-static';
import type { MORE_ICONS } from './icons-more.js';
import { registerIcons } from './register-icons.js';

const glyph = (paths: string): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-linecap="round" stroke-linejoin="round">${paths}</svg>`;

/** Every icon of the console by name; the two letter glyphs are drawn on Lucide's grid, without brand logos. */
export const ICONS = {
  'arrow-left': ArrowLeft,
  bot: Bot,
  check: Check,
  'check-check': CheckCheck,
  'chevron-down': ChevronDown,
  'circle-alert': CircleAlert,
  'circle-question': CircleQuestionMark,
  clock: Clock,
  'cloud-off': CloudOff,
  copy: Copy,
  download: Download,
  'external-link': ExternalLink,
  eye: Eye,
  'eye-off': EyeOff,
  'file-text': FileText,
  globe: Globe,
  image: Image,
  keyboard: Keyboard,
  languages: Languages,
  lock: Lock,
  'log-out': LogOut,
  mail: Mail,
  'message-square': MessageSquare,
  'message-square-text': MessageSquareText,
  monitor: Monitor,
  moon: Moon,
  'panel-right': PanelRight,
  paperclip: Paperclip,
  pencil: Pencil,
  'rotate-ccw': RotateCcw,
  'rotate-cw': RotateCw,
  search: Search,
  send: Send,
  settings: Settings,
  'sliders-horizontal': SlidersHorizontal,
  sun: Sun,
  tag: Tag,
  'trash-2': Trash2,
  'triangle-alert': TriangleAlert,
  'user-plus': UserPlus,
  'user-round': UserRound,
  x: X,
  zap: Zap,
  circle: Circle,
  'log-in': LogIn,
  plus: Plus,
  menu: Menu,
  vk: glyph(
    '<path d="M2.5 7.5 7 16.5l4.5-9"/><path d="M15 7.5v9"/><path d="m21.5 7.5-6.2 5"/><path d="m17 11 4.8 5.5"/>',
  ),
  facebook: glyph('<path d="M16.5 4H15a4 4 0 0 0-4 4v13"/><path d="M7.5 12h7.5"/>'),
} as const;

/** Those of the first load and those that come with a page. */
export type IconName = keyof typeof ICONS | keyof typeof MORE_ICONS;

const CHANNEL_ICONS: Readonly<Record<string, IconName>> = {
  chat: 'message-square',
  popup: 'message-square',
  email: 'mail',
  telegram: 'send',
  vk: 'vk',
  facebook: 'facebook',
};

export function channelIcon(channel: string): IconName {
  return CHANNEL_ICONS[channel] ?? 'message-square';
}

export function provideIcons(): EnvironmentProviders {
  return registerIcons(ICONS);
}
