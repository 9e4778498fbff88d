import { type Feature, also, anyone, limited } from '../route.js';
import { AvatarsController } from './avatars.controller.js';
import { FilesController } from './files.controller.js';

export const files: Feature = {
  controllers: [AvatarsController, FilesController],
  routes: {
    // Public by design (ADR 0008): they stand on customers' pages.
    'GET /api/avatars/:owner/:fileId': limited('avatar'),
    // The address is signed.
    'GET /api/files/:siteId/:fileId': also(anyone, 403),
  },
};
