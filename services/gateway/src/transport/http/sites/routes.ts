import { type Feature, SITE, admin, also, signedIn } from '../route.js';
import { SiteSettingsController } from './site-settings.controller.js';
import { SitesController } from './sites.controller.js';

const changed = also(admin, 409);

export const sites: Feature = {
  controllers: [SitesController, SiteSettingsController],
  routes: {
    'GET /api/sites': signedIn,
    'POST /api/sites': also({ who: 'operator', role: 'superadmin', site: 'any' }, 409),
    [`PATCH ${SITE}`]: changed,
    [`GET ${SITE}/settings`]: admin,
    [`PATCH ${SITE}/settings`]: changed,
    [`PUT ${SITE}/avatar`]: changed,
    [`DELETE ${SITE}/avatar`]: changed,
    [`GET ${SITE}/identity-secret`]: admin,
    [`POST ${SITE}/identity-secret/rotate`]: changed,
    [`GET ${SITE}/mail`]: admin,
  },
};
