import { createTeamBody, createdTeam, teamPatch, teamsAnswer, versionAnswer } from '@beseda/api';
import type { OperatorActor } from '@beseda/auth';
import { SettingsCopies } from '@beseda/settings';
import { Body, Controller, Delete, Get, HttpCode, Inject, Patch, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { SettingEchoes } from '../../../application/setting-echoes.js';
import { Backends } from '../../../infrastructure/backends.js';
import { teamPath } from './mapping.js';
import { inBody, once } from '../calls.js';
import { IdParam, Operator } from '../caller.js';
import { Answers } from '../describe.js';

/** Operators who work together. */
@ApiTags('teams')
@Controller('api/sites/:siteId/teams')
export class TeamsController {
  constructor(
    @Inject(Backends) private readonly backends: Backends,
    @Inject(SettingsCopies) private readonly copies: SettingsCopies,
    @Inject(SettingEchoes) private readonly echoes: SettingEchoes,
  ) {}

  @Get()
  @Answers(teamsAnswer)
  list(@Operator() { siteId }: OperatorActor): z.infer<typeof teamsAnswer> {
    const copy = this.copies.of('team');
    const items = copy
      .list(siteId)
      .map(({ id, name, operatorIds }) => ({ id, name, operatorIds, version: copy.version(id, siteId) ?? 0 }))
      .toSorted((a, b) => a.name.localeCompare(b.name) || a.id.localeCompare(b.id));
    return { items };
  }

  @Post()
  @HttpCode(201)
  @Answers(createdTeam, 201)
  async create(
    @Body({ schema: createTeamBody }) body: z.infer<typeof createTeamBody>,
    @Operator() actor: OperatorActor,
  ): Promise<z.infer<typeof createdTeam>> {
    const call = this.backends.admin.call('createTeam', body, once(actor));
    const { teamId, version } = await inBody(call, teamPath);
    await this.echoes.reached({ kind: 'team', siteId: actor.siteId, id: teamId }, version);
    return { teamId, version };
  }

  @Patch(':teamId')
  @Answers(versionAnswer)
  async update(
    @IdParam('teamId') teamId: string,
    @Body({ schema: teamPatch }) { version: known = 0, name, operatorIds }: z.infer<typeof teamPatch>,
    @Operator() actor: OperatorActor,
  ): Promise<z.infer<typeof versionAnswer>> {
    const asked = { teamId, version: known, name, operators: operatorIds && { items: operatorIds } };
    const { version } = await inBody(this.backends.admin.call('updateTeam', asked, once(actor)), teamPath);
    await this.echoes.reached({ kind: 'team', siteId: actor.siteId, id: teamId }, version);
    return { version };
  }

  @Delete(':teamId')
  @HttpCode(204)
  async remove(@IdParam('teamId') teamId: string, @Operator() actor: OperatorActor): Promise<void> {
    await this.backends.admin.call('deleteTeam', { teamId }, { actor });
    await this.echoes.gone({ kind: 'team', siteId: actor.siteId, id: teamId });
  }
}
