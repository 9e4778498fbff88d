import { type Feature, SITE, also, operator } from '../route.js';
import { ContactsController } from './contacts.controller.js';

const CONTACT = `${SITE}/contacts/:contactId`;

export const contacts: Feature = {
  controllers: [ContactsController],
  routes: {
    [`GET ${CONTACT}`]: operator,
    [`PATCH ${CONTACT}`]: also(operator, 409, 429),
    [`GET ${CONTACT}/dialogs`]: operator,
  },
};
