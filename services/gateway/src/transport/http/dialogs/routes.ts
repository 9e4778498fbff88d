import { type Feature, SITE, also, operator } from '../route.js';
import { DialogActionsController } from './dialog-actions.controller.js';
import { DialogsController } from './dialogs.controller.js';

const DIALOG = `${SITE}/dialogs/:dialogId`;
/** A command: the dialog's state may not allow it, or others change it all the time. */
const command = also(operator, 409);

export const dialogs: Feature = {
  controllers: [DialogsController, DialogActionsController],
  routes: {
    [`GET ${SITE}/dialogs`]: operator,
    [`GET ${SITE}/dialogs/counts`]: operator,
    [`POST ${SITE}/dialogs/changes`]: operator,
    [`POST ${SITE}/resume`]: operator,
    [`GET ${DIALOG}`]: operator,
    [`GET ${DIALOG}/events`]: operator,
    [`POST ${DIALOG}/messages`]: command,
    [`POST ${DIALOG}/files`]: command,
    [`POST ${DIALOG}/saved-files`]: command,
    [`GET ${DIALOG}/files/:fileId`]: operator,
    [`POST ${DIALOG}/notes`]: command,
    [`PUT ${DIALOG}/tags`]: command,
    [`PUT ${DIALOG}/assignee`]: command,
    [`PUT ${DIALOG}/read`]: command,
    [`POST ${DIALOG}/close`]: command,
    [`POST ${DIALOG}/reopen`]: command,
  },
};
