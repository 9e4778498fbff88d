import { inject } from '@angular/core';
import { Router, type ActivatedRouteSnapshot, type CanActivateFn } from '@angular/router';
import { ApiError } from '@beseda/realtime';
import { type Role, type Site } from '../core/model.js';
import { Sites } from '../core/sites.js';
import { pagesFor } from './pages.js';

/** From this width on the navigation stands beside the page; under it, it is a page of its own. */
export const WIDE = '(min-width: 840px)';

/** The operator's own site of the URL; null when it is not theirs, undefined when the server could not be asked. */
async function siteOf(route: ActivatedRouteSnapshot): Promise<Site | null | undefined> {
  const sites = inject(Sites);
  const siteId = route.paramMap.get('siteId');
  try {
    const items = sites.items() ?? (await sites.load());
    return items.find((site) => site.id === siteId) ?? null;
  } catch (error) {
    // ApiError: the page itself says what failed and offers to try again
    if (!(error instanceof ApiError)) throw error;
    return undefined;
  }
}

/** Lets these roles in; others land on what they may see. The server refuses them all the same. */
export function forRoles(roles: readonly Role[]): CanActivateFn {
  return async (route) => {
    const router = inject(Router);
    const site = await siteOf(route);
    if (site === undefined) return true;
    if (site === null) return router.createUrlTree(['/']);
    return roles.includes(site.role) || router.createUrlTree(['/sites', site.id, 'settings']);
  };
}

/** "…/settings" is the navigation on a phone; on a wide screen it leads to the first page. */
export const toFirstPage: CanActivateFn = async (route) => {
  const router = inject(Router);
  const site = await siteOf(route);
  if (site === null) return router.createUrlTree(['/']);
  const first = pagesFor(site?.role)[0];
  if (!site || !first || !matchMedia(WIDE).matches) return true;
  return router.createUrlTree(['/sites', site.id, 'settings', first.path]);
};
