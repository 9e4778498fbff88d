import type { OperatorActor } from '@beseda/auth';
import { Body, Controller, Get, HttpCode, Inject, Patch, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import type { SignedIn } from '../../../application/callers.js';
import { Directory, roleValue } from '../../../application/directory.js';
import { Backends } from '../../../infrastructure/backends.js';
import { siteDetails } from '../../mapping/admin.js';
import {
  createOperatorBody,
  createSiteBody,
  createdOperator,
  createdSite,
  operatorsAnswer,
  patchSiteBody,
  secretAnswer,
  siteDetailsSchema,
  sitesAnswer,
} from '../../shapes/admin.js';
import { Login, Operator } from '../caller.js';
import { Answers } from '../validation.js';

/** Sites and the operators who work for them. */
@ApiTags('sites')
@Controller('api/sites')
export class SitesController {
  constructor(
    @Inject(Backends) private readonly backends: Backends,
    @Inject(Directory) private readonly directory: Directory,
  ) {}

  @Get()
  @Answers(sitesAnswer)
  list(@Login() { operator }: SignedIn): z.infer<typeof sitesAnswer> {
    const items = this.directory
      .sitesOf(operator)
      .map(({ site, role }) => ({ id: site.id, name: site.name, role, domains: site.domains }));
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
    // Not repeatable: a second try would make a second site.
    const { siteId } = await this.backends.admin.call('createSite', request, { actor, retry: false });
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
    const { name, domains, language, color } = body;
    const request = { siteId: actor.siteId, name, domains: domains && { items: domains }, language, color };
    const { site } = await this.backends.admin.call('updateSite', request, { actor });
    if (!site) throw new TypeError('admin answered without the site');
    const wanted = JSON.stringify(site);
    await this.directory.settled(() => JSON.stringify(this.directory.site(site.id)) === wanted, 1_000);
    return siteDetails(site, actor.role);
  }

  @Get(':siteId/operators')
  @Answers(operatorsAnswer)
  operators(@Operator() actor: OperatorActor): z.infer<typeof operatorsAnswer> {
    const items = this.directory
      .operatorsOf(actor.siteId)
      .map(({ operator, role }) => ({
        id: operator.id,
        name: operator.name,
        email: operator.email,
        role,
        disabled: operator.disabled,
      }))
      .toSorted((a, b) => a.name.localeCompare(b.name) || a.id.localeCompare(b.id));
    return { items };
  }

  @Post(':siteId/operators')
  @HttpCode(201)
  @Answers(createdOperator, 201)
  async createOperator(
    @Body({ schema: createOperatorBody }) body: z.infer<typeof createOperatorBody>,
    @Operator() actor: OperatorActor,
  ): Promise<z.infer<typeof createdOperator>> {
    const request = { ...body, siteId: actor.siteId, role: roleValue(body.role) };
    const { operatorId } = await this.backends.admin.call('createOperator', request, { actor, retry: false });
    await this.directory.settled(() => {
      const operator = this.directory.operator(operatorId);
      return operator !== undefined && this.directory.roleOn(operator, actor.siteId) !== undefined;
    });
    return { operatorId };
  }

  @Get(':siteId/identity-secret')
  @Answers(secretAnswer)
  async identitySecret(@Operator() actor: OperatorActor): Promise<z.infer<typeof secretAnswer>> {
    const { secret } = await this.backends.admin.call('getIdentitySecret', { siteId: actor.siteId }, { actor });
    return { secret };
  }
}
