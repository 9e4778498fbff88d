import { type Feature, SITE, admin, also, operator } from '../route.js';
import { HoursController } from './hours.controller.js';
import { SavedRepliesController } from './saved-replies.controller.js';
import { SavedReplyFilesController } from './saved-reply-files.controller.js';
import { TagsController } from './tags.controller.js';

const REPLIES = `${SITE}/saved-replies`;
const changed = also(admin, 409);

export const library: Feature = {
  controllers: [SavedRepliesController, SavedReplyFilesController, TagsController, HoursController],
  routes: {
    // Operators keep their personal ones; those of a team or of everyone, and ?manage=1, are an admin's.
    [`GET ${REPLIES}`]: operator,
    [`POST ${REPLIES}`]: also(operator, 409),
    [`PUT ${REPLIES}/:replyId`]: also(operator, 409),
    [`POST ${REPLIES}/delete`]: also(operator, 409),
    [`POST ${REPLIES}/files`]: also(operator, 409),
    [`PUT ${REPLIES}/order`]: changed,
    [`POST ${REPLIES}/import`]: changed,
    [`GET ${REPLIES}/export`]: admin,
    [`GET ${SITE}/tags`]: operator,
    [`POST ${SITE}/tags`]: changed,
    [`PATCH ${SITE}/tags/:tagId`]: changed,
    [`POST ${SITE}/tags/:tagId/merge`]: changed,
    [`DELETE ${SITE}/tags/:tagId`]: changed,
    [`GET ${SITE}/hours`]: admin,
    [`PUT ${SITE}/hours`]: changed,
    [`GET ${SITE}/holidays`]: admin,
    [`GET ${SITE}/holidays/countries`]: admin,
  },
};
