import { inject } from '@angular/core';
import { Router, type CanActivateFn } from '@angular/router';
import { ApiError } from '@beseda/realtime';
import { Auth } from './auth.js';
import { Sites } from './sites.js';

/** Lets signed-in operators in; others go to the login page and come back to the asked URL. */
export const signedIn: CanActivateFn = (_route, state) => {
  if (inject(Auth).signedIn()) return true;
  const back = state.url === '/' ? {} : { queryParams: { back: state.url } };
  return inject(Router).createUrlTree(['/login'], back);
};

/** The login page is of no use to somebody who is signed in. */
export const signedOut: CanActivateFn = () => (inject(Auth).signedIn() ? inject(Router).createUrlTree(['/']) : true);

/** "/" leads to the last used site. */
export const toSite: CanActivateFn = async () => {
  const router = inject(Router);
  const sites = inject(Sites);
  try {
    const site = sites.preferred(sites.items() ?? (await sites.load()));
    return site ? router.createUrlTree(['/sites', site.id, 'dialogs']) : true;
  } catch (error) {
    // ApiError: the page without a site shows what failed and offers to try again
    if (!(error instanceof ApiError)) throw error;
    return true;
  }
};
