import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { settingsV1 } from '@beseda/contracts';
import { appError } from '@beseda/errors';
import { SERVICE_CONFIG } from '@beseda/service-defaults';
import { Controller, Get, Inject, Param, Query, Req, Res } from '@nestjs/common';
import { ApiNoContentResponse, ApiQuery, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Directory } from '../../application/directory.js';
import { frameAncestors } from '../../application/site-domains.js';
import type { GatewayConfig } from '../../config/gateway-config.js';
import { AnswersNoSuchPage, AnswersPage, AnswersPageFile } from '../http/describe.js';
import { PageFiles, cacheControl } from './page-files.js';
import { BARE_POLICY, DEMO_POLICY, PREVIEW_POLICY, consolePolicy, panelPolicy } from './policies.js';

/** Angular puts what the browser loads into a folder of its own. */
const consoleFolder = (dist: string): string => (existsSync(join(dist, 'browser')) ? join(dist, 'browser') : dist);

/** Addresses that belong to something else: the console never answers for them. */
const NOT_CONSOLE = /^\/(api|widget|socket\.io|health|metrics|hooks)(\/|$)/;

/** Console, widget and demo page. */
@ApiTags('pages')
@Controller()
export class PagesController {
  readonly #widget: PageFiles;
  readonly #console: PageFiles;

  constructor(
    @Inject(Directory) private readonly directory: Directory,
    @Inject(SERVICE_CONFIG) private readonly config: GatewayConfig,
  ) {
    this.#widget = new PageFiles(config.pages.widget);
    this.#console = new PageFiles(consoleFolder(config.pages.console));
  }

  @Get('widget.js')
  @AnswersPageFile('text/javascript')
  async loader(@Req() request: Request, @Res() response: Response): Promise<void> {
    // Customers' pages load it from their own origin.
    const headers = { 'Cache-Control': 'public, max-age=300', ...CROSS_ORIGIN, 'Access-Control-Allow-Origin': '*' };
    if (!(await this.#widget.send(request, response, 'widget.js', headers))) throw notBuilt('widget');
  }

  @Get('widget/panel')
  @AnswersPageFile('text/html')
  @AnswersNoSuchPage()
  @ApiQuery({ name: 'site', required: true, schema: { type: 'string' } })
  async panel(@Query('site') siteId: unknown, @Req() request: Request, @Res() response: Response): Promise<void> {
    const site = this.#framed(siteId, response);
    if (!site) return;
    const headers = {
      'Cache-Control': 'no-cache',
      'Content-Security-Policy': panelPolicy(frameAncestors(site.domains), request.headers.host),
      ...CROSS_ORIGIN,
    };
    if (!(await this.#widget.send(request, response, 'panel.html', headers))) throw notBuilt('widget');
  }

  /** The widget with settings that the console's page hands to it; nothing of it is stored or sent. */
  @Get('widget/preview')
  @AnswersPageFile('text/html')
  @AnswersNoSuchPage()
  @ApiQuery({ name: 'site', required: true, schema: { type: 'string' } })
  async preview(@Query('site') siteId: unknown, @Req() request: Request, @Res() response: Response): Promise<void> {
    if (!this.#framed(siteId, response)) return;
    const headers = { 'Cache-Control': 'no-cache', 'Content-Security-Policy': PREVIEW_POLICY };
    if (!(await this.#widget.send(request, response, 'preview.html', headers))) throw notBuilt('widget');
  }

  @Get('widget/assets/:name')
  @AnswersPageFile('*/*')
  async asset(@Param('name') name: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    const headers = { 'Cache-Control': cacheControl(name), ...CROSS_ORIGIN };
    if (!(await this.#widget.send(request, response, `assets/${name}`, headers))) throw notFound();
  }

  @Get('demo')
  @AnswersPage()
  @AnswersNoSuchPage()
  @ApiQuery({ name: 'site', required: false, schema: { type: 'string' } })
  @ApiQuery({ name: 'lang', required: false, schema: { type: 'string' } })
  async demo(@Query('site') given: unknown, @Req() request: Request, @Res() response: Response): Promise<void> {
    const site = typeof given === 'string' && given ? this.directory.site(given) : this.directory.allSites()[0];
    if (!site) {
      this.directory.assertKnown();
      sendNotFound(response);
      return;
    }
    const template = await this.#widget.text('demo.html');
    if (template === undefined) throw notBuilt('widget');
    const publicUrl = this.config.publicUrl ?? `${request.protocol}://${request.headers.host ?? ''}`;
    const values: Record<string, string> = { siteId: site.id, publicUrl };
    const html = template.replace(/\{\{(\w+)\}\}/g, (whole, name: string) => escapeHtml(values[name] ?? whole));
    sendHtml(response, html, DEMO_POLICY);
  }

  @Get()
  @AnswersPage()
  async index(@Req() request: Request, @Res() response: Response): Promise<void> {
    await this.#sendIndex(request, response);
  }

  /** Files of the console; every other address a browser opens is one of its pages. */
  @Get('*path')
  @AnswersPageFile('*/*')
  @ApiNoContentResponse({ description: 'There is no icon' })
  async other(@Req() request: Request, @Res() response: Response): Promise<void> {
    const path = decoded(request.path);
    if (path === undefined || NOT_CONSOLE.test(path)) throw noRoute();
    const headers = { 'Cache-Control': cacheControl(path) };
    if (path !== '/index.html' && (await this.#console.send(request, response, path.slice(1), headers))) return;
    if (path === '/favicon.ico') {
      response.status(204).end();
      return;
    }
    if (!request.headers.accept?.includes('text/html')) throw notFound();
    await this.#sendIndex(request, response);
  }

  /** The site of a page that is shown in a frame; answers 404 itself when there is none. */
  #framed(siteId: unknown, response: Response): settingsV1.SiteSettings | undefined {
    const site = typeof siteId === 'string' ? this.directory.site(siteId) : undefined;
    response.removeHeader('X-Frame-Options');
    response.removeHeader('Cross-Origin-Opener-Policy');
    if (site) return site;
    this.directory.assertKnown();
    sendNotFound(response);
    return undefined;
  }

  async #sendIndex(request: Request, response: Response): Promise<void> {
    const page = await this.#console.text('index.html');
    if (page === undefined) throw notBuilt('console');
    const nonce = randomBytes(16).toString('base64url');
    const html = page.replace(/<([a-z]+-root)\b/, `<$1 ngCspNonce="${nonce}"`);
    sendHtml(response, html, consolePolicy(nonce, request.headers.host));
  }
}

const CROSS_ORIGIN = { 'Cross-Origin-Resource-Policy': 'cross-origin' };

const notFound = (): Error => appError('NOT_FOUND', 'There is no such file.');
const noRoute = (): Error => appError('NOT_FOUND', 'There is no such route.');
const notBuilt = (what: string): Error =>
  appError('UNAVAILABLE', `The ${what} has not been built: run "npm run build".`, { retryable: false });

function decoded(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    // Not a sequence of UTF-8 characters: no file has such a name.
    return undefined;
  }
}

const sendHtml = (response: Response, html: string, policy: string): void =>
  void response.set({ 'Cache-Control': 'no-cache', 'Content-Security-Policy': policy }).type('html').send(html);

const sendNotFound = (response: Response): void =>
  void response
    .status(404)
    .set({ 'Cache-Control': 'no-cache', 'Content-Security-Policy': BARE_POLICY })
    .type('html')
    .send('<!doctype html><meta charset="utf-8"><title>404</title><p>There is no such site.');

const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
