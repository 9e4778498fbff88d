import { createSiteBody, createdSite, patchSiteBody, siteDetailsSchema, sitesAnswer } from '@beseda/api';
import type { OperatorActor } from '@beseda/auth';
import { Body, Controller, Get, HttpCode, Inject, Patch, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import type { SignedIn } from '../../../application/callers.js';
import { Directory } from '../../../application/directory.js';
import { SettingEchoes } from '../../../application/setting-echoes.js';
import { Backends } from '../../../infrastructure/backends.js';
import { siteAvatar, siteDetails } from '../../mapping/admin.js';
import { settingsPath, siteChange } from './mapping.js';
import { inBody, once, present } from '../calls.js';
import { Login, Operator } from '../caller.js';
import { Answers } from '../describe.js';

/** The sites of an installation. */
@ApiTags('sites')
@Controller('api/sites')
export class SitesController {
  constructor(
    @Inject(Backends) private readonly backends: Backends,
    @Inject(Directory) private readonly directory: Directory,
    @Inject(SettingEchoes) private readonly echoes: SettingEchoes,
  ) {}

  @Get()
  @Answers(sitesAnswer)
  list(@Login() { operator }: SignedIn): z.infer<typeof sitesAnswer> {
    const items = this.directory.sitesOf(operator).map(({ site, role }) => ({
      id: site.id,
      name: site.name,
      role,
      domains: site.domains,
      avatarUrl: siteAvatar(site),
    }));
    return { items };
  }

  @Post()
  @HttpCode(201)
  @Answers(createdSite, 201)
  async create(
    @Body({ schema: createSiteBody }) body: z.infer<typeof createSiteBody>,
    @Operator() actor: OperatorActor,
  ): Promise<z.infer<typeof createdSite>> {
    const request = { name: body.name, domains: body.domains ?? [] };
    const { siteId } = await inBody(this.backends.admin.call('createSite', request, once(actor)), settingsPath);
    await this.directory.settled(() => {
      const operator = this.directory.operator(actor.id);
      return operator !== undefined && this.directory.roleOn(operator, siteId) !== undefined;
    });
    return { siteId };
  }

  @Patch(':siteId')
  @Answers(siteDetailsSchema)
  async update(
    @Body({ schema: patchSiteBody }) body: z.infer<typeof patchSiteBody>,
    @Operator() actor: OperatorActor,
  ): Promise<z.infer<typeof siteDetailsSchema>> {
    const { name, domains, ...look } = body;
    const request = { ...siteChange(actor.siteId, { version: 0, domains, widget: look }), name };
    const call = this.backends.admin.call('updateSite', request, { actor });
    const { site, version } = await inBody(call, (path) => settingsPath(path).replace(/^widget\./, ''));
    await this.echoes.reached({ kind: 'site', siteId: actor.siteId, id: actor.siteId }, version);
    return siteDetails(present(site, 'the site'), actor.role);
  }
}
