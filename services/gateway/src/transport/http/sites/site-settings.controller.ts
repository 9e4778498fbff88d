import {
  type SiteSettingsShape,
  mailAnswer,
  noFields,
  secretAnswer,
  siteSettingsPatch,
  siteSettingsSchema,
} from '@beseda/api';
import type { OperatorActor } from '@beseda/auth';
import type { adminV1 } from '@beseda/contracts';
import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  Inject,
  Patch,
  Post,
  Put,
  UploadedFile,
  UseInterceptors,
} from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { Avatars } from '../../../application/avatars.js';
import { SettingEchoes } from '../../../application/setting-echoes.js';
import { Backends } from '../../../infrastructure/backends.js';
import { settingsPath, siteChange, siteSettingsShape, unchangedSite, widgetChange } from './mapping.js';
import { inBody, once } from '../calls.js';
import { Operator } from '../caller.js';
import { Answers, ApiUpload } from '../describe.js';
import { AvatarInterceptor } from '../upload.interceptor.js';

/** What an administrator sets for a site: the chat's look and texts, its sender, its secret. */
@ApiTags('settings')
@Controller('api/sites/:siteId')
export class SiteSettingsController {
  constructor(
    @Inject(Backends) private readonly backends: Backends,
    @Inject(SettingEchoes) private readonly echoes: SettingEchoes,
    @Inject(Avatars) private readonly avatars: Avatars,
  ) {}

  @Get('settings')
  @Answers(siteSettingsSchema)
  async get(@Operator() actor: OperatorActor): Promise<SiteSettingsShape> {
    return siteSettingsShape(await this.backends.admin.call('getSite', {}, { actor }));
  }

  @Patch('settings')
  @Answers(siteSettingsSchema)
  async update(
    @Body({ schema: siteSettingsPatch }) patch: z.infer<typeof siteSettingsPatch>,
    @Operator() actor: OperatorActor,
  ): Promise<SiteSettingsShape> {
    return this.#update(actor, siteChange(actor.siteId, patch));
  }

  @Put('avatar')
  @UseInterceptors(AvatarInterceptor)
  @ApiUpload({ clientMessageId: false })
  @Answers(siteSettingsSchema)
  async setAvatar(
    @Body({ schema: noFields }) _: z.infer<typeof noFields>,
    @UploadedFile() file: Express.Multer.File,
    @Operator() actor: OperatorActor,
  ): Promise<SiteSettingsShape> {
    const avatarFileId = await this.avatars.keep(actor.siteId, { name: file.originalname, content: file.buffer });
    return this.#update(actor, { ...unchangedSite(actor.siteId), widget: widgetChange({ avatarFileId }) });
  }

  @Delete('avatar')
  @Answers(siteSettingsSchema)
  async removeAvatar(@Operator() actor: OperatorActor): Promise<SiteSettingsShape> {
    return this.#update(actor, { ...unchangedSite(actor.siteId), widget: widgetChange({ avatarFileId: '' }) });
  }

  @Get('identity-secret')
  @Answers(secretAnswer)
  async identitySecret(@Operator() actor: OperatorActor): Promise<z.infer<typeof secretAnswer>> {
    const asked = { siteId: actor.siteId };
    const { secret, version } = await this.backends.admin.call('getIdentitySecret', asked, { actor });
    return { secret, version };
  }

  @Post('identity-secret/rotate')
  @HttpCode(200)
  @Answers(secretAnswer)
  async rotateSecret(@Operator() actor: OperatorActor): Promise<z.infer<typeof secretAnswer>> {
    const asked = { siteId: actor.siteId };
    const { secret, version } = await this.backends.admin.call('rotateIdentitySecret', asked, once(actor));
    return { secret, version };
  }

  @Get('mail')
  @Answers(mailAnswer)
  async mail(@Operator() actor: OperatorActor): Promise<z.infer<typeof mailAnswer>> {
    const { server, from } = await this.backends.admin.call('getMailStatus', {}, { actor });
    return { server, from };
  }

  async #update(actor: OperatorActor, change: adminV1.UpdateSiteRequest): Promise<SiteSettingsShape> {
    const { version } = await inBody(this.backends.admin.call('updateSite', change, once(actor)), settingsPath);
    await this.echoes.reached({ kind: 'site', siteId: actor.siteId, id: actor.siteId }, version);
    return siteSettingsShape(await this.backends.admin.call('getSite', {}, { actor }));
  }
}
