import { AppError, appError } from '@beseda/errors';
import { LOGGER, type Logger, SERVICE_CONFIG } from '@beseda/service-defaults';
import { Inject, Injectable } from '@nestjs/common';
import * as oidc from 'openid-client';
import type { AdminConfig } from '../../config/config.js';
import { type OidcConfig, isSafeAddress } from '../../config/system.js';

/** The provider has this long for one answer: gateways wait twelve seconds for all of them. Seconds. */
const TIMEOUT_S = 4;
/** What the provider says about itself is asked anew after this. Milliseconds. */
const METADATA_MS = 3_600_000;

/** What must be kept between leaving for the provider and coming back. */
export interface SignOnChecks {
  /** Of PKCE (RFC 7636). */
  verifier: string;
  nonce: string;
  state: string;
}

/** Who the provider says somebody is. */
export interface Identity {
  /** Issuer and subject in one: what never changes about a person. */
  subject: string;
  /** Absent unless the provider vouches for it. */
  email?: string;
  name: string;
  groups: unknown;
}

/** A sign-on that did not succeed, by the words the login page knows. */
export const signOnRefused = (
  code: 'refused' | 'unverified' | 'unknown' | 'disabled' | 'failed' | 'expired',
  message: string,
): AppError =>
  appError(code === 'failed' || code === 'expired' ? 'UNAUTHENTICATED' : 'PERMISSION_DENIED', message, {
    fields: [{ path: 'sso', code, message }],
    logLevel: 'info',
  });

/** The provider of single sign-on (OpenID Connect, authorization code flow with PKCE). */
@Injectable()
export class OidcProvider {
  #found: { configuration: Promise<oidc.Configuration>; until: number } | undefined;

  constructor(
    @Inject(SERVICE_CONFIG) private readonly config: AdminConfig,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** @throws AppError FAILED_PRECONDITION when single sign-on is not set up */
  get settings(): OidcConfig {
    if (this.config.oidc) return this.config.oidc;
    throw appError('FAILED_PRECONDITION', 'Single sign-on is not set up.', {
      fields: [{ path: 'sso', code: 'failed', message: 'Single sign-on is not set up.' }],
    });
  }

  /** Where to send the browser. */
  async begin(): Promise<{ url: string; checks: SignOnChecks }> {
    const { redirectUri, scopes } = this.settings;
    const configuration = await this.#configuration();
    const checks = {
      verifier: oidc.randomPKCECodeVerifier(),
      nonce: oidc.randomNonce(),
      state: oidc.randomState(),
    };
    const url = oidc.buildAuthorizationUrl(configuration, {
      redirect_uri: redirectUri,
      scope: scopes,
      state: checks.state,
      nonce: checks.nonce,
      code_challenge: await oidc.calculatePKCECodeChallenge(checks.verifier),
      code_challenge_method: 'S256',
    });
    return { url: url.href, checks };
  }

  /**
   * Who has come back.
   * @param query what the provider added to the address
   */
  async finish(query: string, { verifier, nonce, state }: SignOnChecks): Promise<Identity> {
    const configuration = await this.#configuration();
    // The address the browser came by may differ (a proxy); the one the provider knows is ours.
    const url = new URL(this.settings.redirectUri);
    url.search = query;
    try {
      const tokens = await oidc.authorizationCodeGrant(configuration, url, {
        pkceCodeVerifier: verifier,
        expectedNonce: nonce,
        expectedState: state,
        idTokenExpected: true,
      });
      const claims = tokens.claims();
      if (!claims) throw signOnRefused('failed', 'The provider of single sign-on did not say who you are.');
      const more = await this.#userInfo(configuration, tokens.access_token, claims);
      return this.#identity(claims, { ...more, ...claims });
    } catch (error) {
      throw this.#explained(error);
    }
  }

  #identity(claims: oidc.IDToken, all: Record<string, unknown>): Identity {
    const word = (key: string): string => (typeof all[key] === 'string' ? all[key].trim() : '');
    // Some providers spell the flag as a word.
    const verified = all['email_verified'] === true || all['email_verified'] === 'true';
    const email = word('email');
    return {
      subject: `${claims.iss} ${claims.sub}`,
      ...(verified && email ? { email } : {}),
      name: word('name') || [word('given_name'), word('family_name')].filter(Boolean).join(' '),
      groups: all[this.settings.groupsClaim],
    };
  }

  /** What the ID token leaves out is asked for, where the provider has something to ask. */
  async #userInfo(
    configuration: oidc.Configuration,
    accessToken: string,
    claims: oidc.IDToken,
  ): Promise<Record<string, unknown>> {
    const wanted = [
      'email',
      'email_verified',
      'name',
      ...(this.settings.roles.length > 0 ? [this.settings.groupsClaim] : []),
    ];
    const missing = wanted.some((claim) => claims[claim] === undefined);
    if (!missing || configuration.serverMetadata().userinfo_endpoint === undefined) return {};
    return oidc.fetchUserInfo(configuration, accessToken, claims.sub);
  }

  #configuration(): Promise<oidc.Configuration> {
    if (this.#found && this.#found.until > Date.now()) return this.#found.configuration;
    const configuration = this.#discover();
    const found = { configuration, until: Date.now() + METADATA_MS };
    this.#found = found;
    // A failure is not kept: the next sign-in asks again.
    configuration.catch(() => {
      if (this.#found === found) this.#found = undefined;
    });
    return configuration;
  }

  async #discover(): Promise<oidc.Configuration> {
    const { issuer, clientId, clientSecret } = this.settings;
    // The configuration lets plain http through only for an issuer on this machine.
    const execute = issuer.protocol === 'http:' ? [oidc.allowInsecureRequests] : [];
    try {
      const asked = await oidc.discovery(issuer, clientId, {}, oidc.None(), { execute, timeout: TIMEOUT_S });
      const metadata = asked.serverMetadata();
      const {
        authorization_endpoint: page,
        token_endpoint: tokens,
        userinfo_endpoint: info,
        jwks_uri: keys,
      } = metadata;
      if ([page, tokens, info, keys].some((address) => address !== undefined && !isSafeAddress(address))) {
        throw new TypeError('the provider names addresses that are not https');
      }
      // OpenID Connect Discovery 1.0 §3: without a word about it, the secret goes into the header.
      const ways = metadata.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
      const authenticate = ways.includes('client_secret_basic') ? oidc.ClientSecretBasic : oidc.ClientSecretPost;
      const configuration = new oidc.Configuration(metadata, clientId, clientSecret, authenticate(clientSecret));
      configuration.timeout = TIMEOUT_S;
      for (const allow of execute) allow(configuration);
      return configuration;
    } catch (error) {
      throw this.#explained(error);
    }
  }

  /** Errors of the provider and of the way to it. The log gets messages only: what hangs beside them may hold codes and tokens. */
  #explained(error: unknown): unknown {
    if (error instanceof AppError) return error;
    this.logger.warn({ reasons: reasonsOf(error) }, 'single sign-on: the provider refused or did not answer');
    if (error instanceof oidc.AuthorizationResponseError) {
      return signOnRefused('refused', 'The provider of single sign-on did not let you in.');
    }
    if (error instanceof oidc.ClientError || error instanceof oidc.ResponseBodyError) {
      return isOutage(error) ? providerDown() : signOnRefused('failed', 'The answer of the provider is not valid.');
    }
    if (error instanceof oidc.WWWAuthenticateChallengeError) {
      return signOnRefused('failed', 'The provider of single sign-on did not tell who you are.');
    }
    return providerDown();
  }
}

/** Whether the provider could not be reached at all, or failed itself. */
function isOutage(error: oidc.ClientError | oidc.ResponseBodyError): boolean {
  if (error instanceof oidc.ResponseBodyError) return error.status >= 500;
  // The library gives what it does not know, such as a refused connection, no code.
  return error.code === undefined || error.code === 'OAUTH_TIMEOUT' || error.code === 'OAUTH_ABORT';
}

const MAX_REASONS = 4;

/** The messages of an error and of what led to it. */
function reasonsOf(error: unknown): string[] {
  const reasons: string[] = [];
  for (let one = error; typeof one === 'object' && one !== null && reasons.length < MAX_REASONS;) {
    const { message, error_description: described, cause } = one as Record<string, unknown>;
    const text = typeof message === 'string' ? message : described;
    if (typeof text === 'string') reasons.push(text);
    one = cause;
  }
  return reasons;
}

const providerDown = (): AppError => {
  const message = 'The provider of single sign-on does not answer. Superadmins may sign in with a password.';
  return appError('UNAVAILABLE', message, { retryable: false, fields: [{ path: 'sso', code: 'failed', message }] });
};
