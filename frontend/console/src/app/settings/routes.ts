import { Component } from '@angular/core';
import { type Routes } from '@angular/router';
import { texts } from '../i18n/parts.js';
import { provideMoreIcons } from '../ui/icons-more.js';
import { forRoles, toFirstPage } from './guards.js';
import { askBeforeLeaving } from '../kit/leaving.js';
import { PAGES } from './pages.js';
import { Settings } from './settings.js';

/** On a phone the navigation is the page; beside it there is nothing yet. */
@Component({ selector: 'bsd-settings-index', template: '' })
class SettingsIndex {}

export const SETTINGS_ROUTES: Routes = [
  {
    path: '',
    component: Settings,
    providers: [provideMoreIcons()],
    resolve: { texts: texts('settings') },
    children: [
      { path: '', pathMatch: 'full', canActivate: [toFirstPage], component: SettingsIndex },
      ...PAGES.map((page) => ({
        path: page.path,
        canActivate: [forRoles(page.roles)],
        canDeactivate: [askBeforeLeaving],
        resolve: { texts: texts(...page.parts) },
        loadComponent: page.load,
      })),
      { path: '**', redirectTo: '' },
    ],
  },
];
