import { type Feature, also, contact, contactSends, limited } from '../route.js';
import { WidgetDialogsController } from './widget-dialogs.controller.js';
import { WidgetVisitorController } from './widget-visitor.controller.js';

const DIALOG = '/api/widget/dialogs/:dialogId';
/** The contact may be gone, or others change it all the time. */
const ofContact = also(contact, 404, 409);

export const widget: Feature = {
  controllers: [WidgetVisitorController, WidgetDialogsController],
  routes: {
    'POST /api/widget/sessions': also(limited('session'), 404, 409),
    'GET /api/widget/dialogs': contact,
    [`GET ${DIALOG}/events`]: contact,
    [`GET ${DIALOG}/files/:fileId`]: contact,
    [`POST ${DIALOG}/receipts`]: also(contact, 409),
    'POST /api/widget/messages': also(contactSends, 404, 409),
    'POST /api/widget/files': also(contactSends, 404, 409),
    'POST /api/widget/resume': contact,
    'POST /api/widget/identify': ofContact,
    'POST /api/widget/auth': also(contact, 403, 404, 409),
    'POST /api/widget/track': ofContact,
    'POST /api/widget/pageviews': ofContact,
  },
};
