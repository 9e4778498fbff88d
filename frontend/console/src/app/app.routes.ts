import { type Routes } from '@angular/router';
import { signedIn, signedOut, toSite } from './core/guards.js';
import { texts } from './i18n/parts.js';

/** The list and the open dialog are one route with an optional part, so that moving between dialogs keeps the page. */
export const ROUTES: Routes = [
  {
    path: 'login',
    canActivate: [signedOut],
    resolve: { texts: texts('signin') },
    loadComponent: () => import('./login/login.js').then((m) => m.Login),
  },
  {
    path: 'reset',
    resolve: { texts: texts('signin') },
    loadComponent: () => import('./login/reset.js').then((m) => m.Reset),
  },
  {
    path: '',
    canActivate: [signedIn],
    loadComponent: () => import('./shell/shell.js').then((m) => m.Shell),
    children: [
      {
        path: '',
        pathMatch: 'full',
        canActivate: [toSite],
        loadComponent: () => import('./shell/no-site.js').then((m) => m.NoSite),
      },
      {
        path: 'sites/:siteId',
        children: [
          { path: '', pathMatch: 'full', redirectTo: 'dialogs' },
          {
            path: 'dialogs',
            loadComponent: () => import('./dialogs/dialogs-page.js').then((m) => m.DialogsPage),
            children: [
              { path: '', pathMatch: 'full', children: [] },
              { path: ':dialogId', children: [] },
            ],
          },
          { path: 'settings', loadChildren: () => import('./settings/routes.js').then((m) => m.SETTINGS_ROUTES) },
        ],
      },
    ],
  },
  { path: '**', redirectTo: '' },
];
