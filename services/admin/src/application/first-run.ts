import { randomBytes } from 'node:crypto';
import type { Keys } from '@beseda/auth';
import { bytesOf } from '@beseda/mongo';
import { KEYS, LOGGER, type Logger, SERVICE_CONFIG } from '@beseda/service-defaults';
import {
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
  type OnModuleInit,
} from '@nestjs/common';
import { v7 } from 'uuid';
import type { AdminConfig } from '../config/config.js';
import { ALL_RIGHTS, NEW_OPERATOR } from '../domain/operator.js';
import { Passwords, readablePassword } from '../infrastructure/crypto/passwords.js';
import type { InstallationDocument } from '../infrastructure/mongo/documents.js';
import { InstallationRepository } from '../infrastructure/mongo/installation.repository.js';
import { OperatorsRepository } from '../infrastructure/mongo/operators.repository.js';
import { SitesRepository } from '../infrastructure/mongo/sites.repository.js';
import { newSite } from './new-site.js';
import { Surroundings } from './site-surroundings.js';

/** A replica that has run this long has shown the password; after as long without a word another replica may. Milliseconds. */
const SHOWING_MS = 10_000;

/** Number of the first site. */
const FIRST_NUMBER = 1;

/**
 * What whoever starts Beseda needs to know: the first site, the first login and, once, its generated password.
 * Call {@link FirstRun.shown} when a person could read it; a start that fails before shows it again at the next.
 */
@Injectable()
export class FirstRun implements OnModuleInit, OnApplicationBootstrap, OnModuleDestroy {
  /** Id of the first site. */
  siteId = '';
  /** E-mail of the first superadmin. */
  login = '';
  /** The generated password, where nobody has seen it yet. Never log it. */
  password: string | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly installation: InstallationRepository,
    private readonly sites: SitesRepository,
    private readonly operators: OperatorsRepository,
    private readonly passwords: Passwords,
    private readonly surroundings: Surroundings,
    @Inject(KEYS) private readonly keys: Keys,
    @Inject(SERVICE_CONFIG) private readonly config: AdminConfig,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /** Makes the first site and operator where they are missing, before anything answers. Replicas may do so at once. */
  async onModuleInit(): Promise<void> {
    const found = (await this.installation.find()) ?? (await this.#decide());
    this.siteId = found.siteId;
    this.login = found.login;
    await this.#complete(found);
    if (!found.passwordShown) this.password = await this.#passwordToShow(found);
  }

  onApplicationBootstrap(): void {
    if (this.password === undefined) return;
    this.#timer = setTimeout(() => {
      this.shown().catch((error: unknown) => this.logger.warn({ err: error }, 'the first start could not be noted'));
    }, SHOWING_MS);
    this.#timer.unref();
  }

  async onModuleDestroy(): Promise<void> {
    clearTimeout(this.#timer);
    // Stopped before anybody was shown the password (the public port was busy): the next start may show it at once.
    if (this.password !== undefined) await this.installation.stopShowing();
  }

  /** Somebody could read the password: it is never given again. */
  async shown(): Promise<void> {
    clearTimeout(this.#timer);
    if (this.password === undefined) return;
    await this.installation.shown();
    this.password = undefined;
  }

  #decide(): Promise<InstallationDocument> {
    return this.installation.decide({
      siteId: v7(),
      operatorId: v7(),
      login: this.config.first.email,
      passwordNonce: randomBytes(16),
      passwordShown: this.config.first.password !== undefined,
      createdAt: new Date(),
    });
  }

  async #complete({ siteId, operatorId, login, passwordNonce }: InstallationDocument): Promise<void> {
    if (await this.operators.byId(operatorId)) return;
    const correlationId = v7();
    const surroundings = await this.surroundings.now();
    const site = { _id: siteId, name: this.config.first.siteName, domains: [], correlationId, surroundings };
    await this.sites.insert(newSite(this.keys, site), FIRST_NUMBER);
    const password = this.config.first.password ?? readablePassword(this.keys.get('storage'), bytesOf(passwordNonce));
    const made = await this.operators.insert({
      ...NEW_OPERATOR,
      _id: operatorId,
      email: login,
      name: nameFrom(login),
      sites: [{ ...ALL_RIGHTS, siteId, role: 'superadmin' }],
      passwordHash: await this.passwords.hash(password),
      correlationId,
      createdAt: new Date(),
    });
    if (made) this.logger.info({ site: siteId, operator: operatorId }, 'first site and first operator made');
  }

  async #passwordToShow({ login, passwordNonce }: InstallationDocument): Promise<string | undefined> {
    const now = new Date();
    if (!(await this.installation.takeShowing(now, new Date(now.getTime() + SHOWING_MS)))) return undefined;
    const password = readablePassword(this.keys.get('storage'), bytesOf(passwordNonce));
    const stored = await this.operators.storedByEmail(login);
    // Another replica was told the password by its environment, or the installation's secret was changed.
    return stored && (await this.passwords.verify(stored.passwordHash, password)) ? password : undefined;
  }
}

/** `anna.petrova@shop.example` → `Anna Petrova`: something to greet with until the person says better. */
function nameFrom(email: string): string {
  const words = (email.split('@')[0] ?? '').split(/[._+-]+/).filter(Boolean);
  return words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join(' ') || email;
}
