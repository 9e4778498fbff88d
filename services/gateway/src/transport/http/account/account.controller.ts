import { type Account, accountPatch, accountSchema, noFields, statusAnswer, statusBody } from '@beseda/api';
import type { OperatorActor } from '@beseda/auth';
import type { adminV1 } from '@beseda/contracts';
import { Body, Controller, Delete, Get, Inject, Patch, Put, UploadedFile, UseInterceptors } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { Avatars, OPERATORS } from '../../../application/avatars.js';
import { stateName, stateValue } from '../../../application/presence.js';
import { SettingEchoes } from '../../../application/setting-echoes.js';
import { Backends } from '../../../infrastructure/backends.js';
import { accountShape } from './mapping.js';
import { once } from '../calls.js';
import { Operator } from '../caller.js';
import { Answers, ApiUpload } from '../describe.js';
import { AvatarInterceptor } from '../upload.interceptor.js';

/** What an operator sets for himself. */
@ApiTags('account')
@Controller('api/account')
export class AccountController {
  constructor(
    @Inject(Backends) private readonly backends: Backends,
    @Inject(SettingEchoes) private readonly echoes: SettingEchoes,
    @Inject(Avatars) private readonly avatars: Avatars,
  ) {}

  @Get()
  @Answers(accountSchema)
  async get(@Operator() actor: OperatorActor): Promise<Account> {
    return accountShape(await this.backends.account.call('getAccount', {}, { actor }));
  }

  @Patch()
  @Answers(accountSchema)
  async update(
    @Body({ schema: accountPatch }) { version = 0, ...patch }: z.infer<typeof accountPatch>,
    @Operator() actor: OperatorActor,
  ): Promise<Account> {
    return this.#update(actor, { version, ...patch });
  }

  @Put('avatar')
  @UseInterceptors(AvatarInterceptor)
  @ApiUpload({ clientMessageId: false })
  @Answers(accountSchema)
  async setAvatar(
    @Body({ schema: noFields }) _: z.infer<typeof noFields>,
    @UploadedFile() file: Express.Multer.File,
    @Operator() actor: OperatorActor,
  ): Promise<Account> {
    const avatarFileId = await this.avatars.keep(OPERATORS, { name: file.originalname, content: file.buffer });
    return this.#update(actor, { version: 0, avatarFileId });
  }

  @Delete('avatar')
  @Answers(accountSchema)
  async removeAvatar(@Operator() actor: OperatorActor): Promise<Account> {
    return this.#update(actor, { version: 0, avatarFileId: '' });
  }

  @Put('status')
  @Answers(statusAnswer)
  async setStatus(
    @Body({ schema: statusBody }) { status }: z.infer<typeof statusBody>,
    @Operator() actor: OperatorActor,
  ): Promise<z.infer<typeof statusAnswer>> {
    const { state } = await this.backends.routing.call('setStatus', { status: stateValue(status) }, { actor });
    return { state: stateName(state) ?? 'offline' };
  }

  async #update(actor: OperatorActor, change: adminV1.UpdateAccountRequest): Promise<Account> {
    const { account } = await this.backends.account.call('updateAccount', change, once(actor));
    const shape = accountShape(account);
    await this.echoes.reached({ kind: 'operator', siteId: '', id: actor.id }, shape.version);
    return shape;
  }
}
