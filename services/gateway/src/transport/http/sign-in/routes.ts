import { type Feature, also, anyone, limited, signedIn } from '../route.js';
import { AuthController } from './auth.controller.js';
import { PasswordResetController } from './password-reset.controller.js';
import { SingleSignOnController } from './single-sign-on.controller.js';

export const signIn: Feature = {
  controllers: [AuthController, PasswordResetController, SingleSignOnController],
  routes: {
    'POST /api/auth/login': also(anyone, 401, 403, 409, 429),
    'POST /api/auth/login/continue': also(limited('sign-in'), 401, 403, 409),
    'POST /api/auth/refresh': also(anyone, 401, 403, 409),
    'POST /api/auth/logout': anyone,
    'GET /api/auth/me': signedIn,
    'GET /api/auth/options': anyone,
    'POST /api/auth/password-reset': limited('reset'),
    'POST /api/auth/password-reset/confirm': also(limited('reset'), 401, 403, 409),
    'GET /api/auth/oidc/start': limited('sign-in'),
    'GET /api/auth/oidc/callback': limited('sign-in'),
  },
};
