import { type Feature, SITE, admin, also, superadmin } from '../route.js';
import { ApiKeysController } from './api-keys.controller.js';
import { AuditController } from './audit.controller.js';
import { BillingController } from './billing.controller.js';

export const system: Feature = {
  controllers: [ApiKeysController, AuditController, BillingController],
  routes: {
    [`GET ${SITE}/api-keys`]: admin,
    [`POST ${SITE}/api-keys`]: also(admin, 409),
    [`DELETE ${SITE}/api-keys/:keyId`]: also(admin, 409),
    [`GET ${SITE}/audit`]: admin,
    [`GET ${SITE}/audit/export`]: admin,
    [`GET ${SITE}/audit/retention`]: admin,
    [`PUT ${SITE}/audit/retention`]: also(admin, 409),
    [`GET ${SITE}/billing`]: superadmin,
    [`PUT ${SITE}/billing`]: also(superadmin, 409),
  },
};
