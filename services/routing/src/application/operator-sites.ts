import { InjectSettings, type SettingsCopy } from '@beseda/settings';
import { Injectable } from '@nestjs/common';

/** Which operator works where, from this process's copy of the settings. */
@Injectable()
export class OperatorSites {
  constructor(@InjectSettings('operator') private readonly operators: SettingsCopy<'operator'>) {}

  /** Ids of the sites of an operator; none for somebody unknown or disabled. */
  of(operatorId: string): string[] {
    const operator = this.operators.get(operatorId);
    return !operator || operator.disabled ? [] : operator.sites.map(({ siteId }) => siteId);
  }

  worksOn(siteId: string, operatorId: string): boolean {
    return this.of(operatorId).includes(siteId);
  }
}
