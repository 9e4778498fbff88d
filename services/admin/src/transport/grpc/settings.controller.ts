import { adminV1 } from '@beseda/contracts';
import { invalidField } from '@beseda/errors';
import { Controller } from '@nestjs/common';
import { GrpcMethod, Payload } from '@nestjs/microservices';
import { operatorSetting, siteSetting } from '../../infrastructure/bus/settings.js';
import { OperatorsRepository } from '../../infrastructure/mongo/operators.repository.js';
import { SitesRepository } from '../../infrastructure/mongo/sites.repository.js';

/** Gives every setting of a kind to the services that keep copies; the bus brings what changes afterwards. */
@Controller()
export class SettingsController {
  constructor(
    private readonly sites: SitesRepository,
    private readonly operators: OperatorsRepository,
  ) {}

  @GrpcMethod('SettingsService')
  async snapshot(@Payload() { kind }: adminV1.SnapshotRequest): Promise<adminV1.SnapshotResponse> {
    switch (kind) {
      case 'site':
        return { settings: (await this.sites.all()).map(siteSetting) };
      case 'operator':
        return { settings: (await this.operators.all()).map(operatorSetting) };
      default:
        throw invalidField('kind', 'invalid_value', 'There are settings of the kinds "site" and "operator".');
    }
  }
}
