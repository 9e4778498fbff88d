import { type Feature, also, signedIn } from '../route.js';
import { AccountSecurityController } from './account-security.controller.js';
import { AccountController } from './account.controller.js';

/** What counts guesses at a password or a code. */
const guessed = also(signedIn, 409, 429);
const changed = also(signedIn, 409);

export const account: Feature = {
  controllers: [AccountController, AccountSecurityController],
  routes: {
    'GET /api/account': signedIn,
    'PATCH /api/account': changed,
    'PUT /api/account/avatar': changed,
    'DELETE /api/account/avatar': changed,
    'POST /api/account/password': guessed,
    'GET /api/account/sessions': signedIn,
    'DELETE /api/account/sessions': changed,
    'DELETE /api/account/sessions/:sessionId': changed,
    'POST /api/account/second-factor': guessed,
    'POST /api/account/second-factor/confirm': guessed,
    'DELETE /api/account/second-factor': guessed,
    'POST /api/account/recovery-codes': guessed,
    'PUT /api/account/status': signedIn,
  },
};
