import { pages } from '../pages/routes.js';
import { account } from './account/routes.js';
import { contacts } from './contacts/routes.js';
import { dialogs } from './dialogs/routes.js';
import { files } from './files/routes.js';
import { library } from './library/routes.js';
import { openapi } from './openapi/routes.js';
import { operators } from './operators/routes.js';
import type { Feature, Routes } from './route.js';
import { signIn } from './sign-in/routes.js';
import { sites } from './sites/routes.js';
import { system } from './system/routes.js';
import { widget } from './widget/routes.js';

/** Everything that answers over HTTP. */
export const FEATURES: readonly Feature[] = [
  ...[signIn, account, sites, operators, library, system, dialogs, contacts, widget, files, openapi],
  // Last: it answers for every address that is left.
  pages,
];

/** The one table: route → who may call it. A route without a row is refused for everybody. */
export const ROUTES: Routes = Object.fromEntries(FEATURES.flatMap(({ routes }) => Object.entries(routes)));
