import { appError, invalidField } from '@beseda/errors';
import { InjectSettings, SettingsCopies, SettingsCopy } from '@beseda/settings';
import { Inject, Injectable } from '@nestjs/common';
import { SiteRules } from '../application/ports.js';
import { reopenWindowMs } from '../domain/index.js';

/** What the copies of settings say of sites and operators. */
@Injectable()
export class SettingsRules extends SiteRules {
  constructor(
    @InjectSettings('site') private readonly sites: SettingsCopy<'site'>,
    @InjectSettings('operator') private readonly operators: SettingsCopy<'operator'>,
    @InjectSettings('team') private readonly teams: SettingsCopy<'team'>,
    @Inject(SettingsCopies) private readonly copies: SettingsCopies,
  ) {
    super();
  }

  reopenWindowMs(siteId: string): number {
    return reopenWindowMs(this.sites.get(siteId)?.reopenWindowHours);
  }

  async assertOperator(siteId: string, operatorId: string): Promise<void> {
    if (this.answersOn(siteId, operatorId)) return;
    // An operator made a moment ago may not have reached the copy: the owner knows for certain.
    await this.copies.reconcile().catch((error: unknown) => {
      throw appError('UNAVAILABLE', 'Who may answer on this site cannot be asked right now.', { cause: error });
    });
    if (!this.answersOn(siteId, operatorId))
      throw invalidField('operatorId', 'unknown', 'No such operator answers on this site.');
  }

  colleaguesOf(siteId: string, operatorId: string): readonly string[] {
    const teams = this.teams.list(siteId).filter(({ operatorIds }) => operatorIds.includes(operatorId));
    return [...new Set(teams.flatMap(({ operatorIds }) => operatorIds))];
  }

  private answersOn(siteId: string, operatorId: string): boolean {
    const operator = this.operators.get(operatorId);
    return operator !== undefined && !operator.disabled && operator.sites.some((site) => site.siteId === siteId);
  }
}
