import { adminV1 } from '@beseda/contracts';
import { invalidField } from '@beseda/errors';
import { Controller } from '@nestjs/common';
import { GrpcMethod, Payload } from '@nestjs/microservices';
import { operatorSetting, teamSetting } from '../../infrastructure/bus/people-settings.js';
import { hoursSetting, siteSetting, tagSetting } from '../../infrastructure/bus/site-settings.js';
import { HoursRepository } from '../../infrastructure/mongo/hours.repository.js';
import { OperatorsRepository } from '../../infrastructure/mongo/operators.repository.js';
import { SitesRepository } from '../../infrastructure/mongo/sites.repository.js';
import { TagsRepository } from '../../infrastructure/mongo/tags.repository.js';
import { TeamsRepository } from '../../infrastructure/mongo/teams.repository.js';

/** Gives every setting of a kind to the services that keep copies; the bus brings what changes afterwards. */
@Controller()
export class SettingsController {
  constructor(
    private readonly sites: SitesRepository,
    private readonly operators: OperatorsRepository,
    private readonly teams: TeamsRepository,
    private readonly tags: TagsRepository,
    private readonly hours: HoursRepository,
  ) {}

  @GrpcMethod('SettingsService')
  async snapshot(@Payload() { kind }: adminV1.SnapshotRequest): Promise<adminV1.SnapshotResponse> {
    switch (kind) {
      case 'site':
        return { settings: (await this.sites.all()).map(siteSetting) };
      case 'operator':
        return { settings: (await this.operators.all()).map(operatorSetting) };
      case 'team':
        return { settings: (await this.teams.all()).map(({ team, deleted }) => teamSetting(team, deleted)) };
      case 'tag':
        return { settings: (await this.tags.all()).map(({ siteId, tag }) => tagSetting(siteId, tag)) };
      case 'hours':
        return {
          settings: (await this.hours.all()).map(({ siteId, version, hours }) => hoursSetting(siteId, version, hours)),
        };
      default:
        throw invalidField('kind', 'invalid_value', 'There are no settings of this kind.');
    }
  }
}
