import {
  type ManagedOperator,
  type Role,
  createOperatorBody,
  createdOperator,
  inviteBody,
  invitedAnswer,
  managedOperatorSchema,
  managedOperatorsAnswer,
  noFields,
  operatorPatch,
  operatorsAnswer,
  presenceAnswer,
} from '@beseda/api';
import { type OperatorActor, hasRole } from '@beseda/auth';
import { adminV1, dialogsV1 } from '@beseda/contracts';
import { appError, isRetryable } from '@beseda/errors';
import { LOGGER, type Logger } from '@beseda/service-defaults';
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
import { Avatars, OPERATORS } from '../../../application/avatars.js';
import { Directory, roleValue } from '../../../application/directory.js';
import { Presence } from '../../../application/presence.js';
import { SettingEchoes } from '../../../application/setting-echoes.js';
import { Backends } from '../../../infrastructure/backends.js';
import { colleague, invitationShape, managedOperator, operatorChange, operatorPath, rightsRequest } from './mapping.js';
import { iso } from '../../mapping/words.js';
import { inBody, once, present } from '../calls.js';
import { IdParam, Operator } from '../caller.js';
import { Answers, ApiUpload } from '../describe.js';
import { AvatarInterceptor } from '../upload.interceptor.js';

/** The operators of a site. */
@ApiTags('operators')
@Controller('api/sites/:siteId')
export class OperatorsController {
  constructor(
    @Inject(Backends) private readonly backends: Backends,
    @Inject(Directory) private readonly directory: Directory,
    @Inject(Presence) private readonly seen: Presence,
    @Inject(SettingEchoes) private readonly echoes: SettingEchoes,
    @Inject(Avatars) private readonly avatars: Avatars,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  @Get('operators')
  @Answers(operatorsAnswer)
  list(@Operator() actor: OperatorActor): z.infer<typeof operatorsAnswer> {
    const items = this.directory
      .operatorsOf(actor.siteId)
      .map(colleague)
      .toSorted((a, b) => a.name.localeCompare(b.name) || a.id.localeCompare(b.id));
    return { items };
  }

  @Get('presence')
  @Answers(presenceAnswer)
  presence(@Operator() actor: OperatorActor): z.infer<typeof presenceAnswer> {
    const items = this.seen
      .list(actor.siteId)
      .map(({ operatorId, state, since }) => ({ operatorId, state, since: iso(since) }));
    return { items };
  }

  @Get('operators/manage')
  @Answers(managedOperatorsAnswer)
  async manage(@Operator() actor: OperatorActor): Promise<z.infer<typeof managedOperatorsAnswer>> {
    const [{ items }, openDialogs] = await Promise.all([
      this.backends.admin.call('listOperators', {}, { actor }),
      this.#openDialogs(actor),
    ]);
    return { items: items.map((item) => this.#shape(item, actor, openDialogs)) };
  }

  @Post('operators')
  @HttpCode(201)
  @Answers(createdOperator, 201)
  async create(
    @Body({ schema: createOperatorBody }) body: z.infer<typeof createOperatorBody>,
    @Operator() actor: OperatorActor,
  ): Promise<z.infer<typeof createdOperator>> {
    // The service judges it too; here nobody has to wait for it to read the answer.
    if (body.password !== undefined && actor.role !== 'superadmin') throw passwordsAreForSuperadmins();
    assertNotStronger(actor, body.role);
    const { email, name, internalName = '', teamIds = [], password = '' } = body;
    const request = {
      ...{ siteId: actor.siteId, email, name, internalName, teamIds, password },
      locale: body.locale ?? '',
      avatarFileId: '',
      role: roleValue(body.role),
      rights: rightsRequest(body, undefined, actor.siteId),
    };
    const call = this.backends.admin.call('createOperator', request, once(actor));
    const { operatorId, invitation } = await inBody(call, operatorPath);
    await this.directory.settled(() => {
      const operator = this.directory.operator(operatorId);
      return operator?.sites.some(({ siteId }) => siteId === actor.siteId) ?? false;
    });
    return { operatorId, invitation: invitationShape(invitation) };
  }

  @Patch('operators/:operatorId')
  @Answers(managedOperatorSchema)
  async update(
    @IdParam('operatorId') operatorId: string,
    @Body({ schema: operatorPatch }) patch: z.infer<typeof operatorPatch>,
    @Operator() actor: OperatorActor,
  ): Promise<ManagedOperator> {
    const now = this.directory.operator(operatorId);
    // A form that sends the role unchanged gives nobody anything.
    if (patch.role !== (now && this.directory.roleOn(now, actor.siteId))) assertNotStronger(actor, patch.role);
    const change = operatorChange(operatorId, patch, now, actor.siteId);
    return this.#update(actor, change);
  }

  @Delete('operators/:operatorId')
  @HttpCode(204)
  async remove(@IdParam('operatorId') operatorId: string, @Operator() actor: OperatorActor): Promise<void> {
    await inBody(this.backends.admin.call('removeOperator', { operatorId }, { actor }), operatorPath);
    await this.directory.settled(() => {
      const sites = this.directory.operator(operatorId)?.sites ?? [];
      return !sites.some(({ siteId }) => siteId === actor.siteId);
    });
  }

  @Post('operators/:operatorId/invite')
  @HttpCode(200)
  @Answers(invitedAnswer)
  async invite(
    @IdParam('operatorId') operatorId: string,
    @Body({ schema: inviteBody }) { locale }: z.infer<typeof inviteBody>,
    @Operator() actor: OperatorActor,
  ): Promise<z.infer<typeof invitedAnswer>> {
    const asked = { operatorId, locale: locale ?? '' };
    const { invitation } = await this.backends.admin.call('inviteAgain', asked, once(actor));
    return { invitation: invitationShape(invitation) };
  }

  @Put('operators/:operatorId/avatar')
  @UseInterceptors(AvatarInterceptor)
  @ApiUpload({ clientMessageId: false })
  @Answers(managedOperatorSchema)
  async setAvatar(
    @IdParam('operatorId') operatorId: string,
    @Body({ schema: noFields }) _: z.infer<typeof noFields>,
    @UploadedFile() file: Express.Multer.File,
    @Operator() actor: OperatorActor,
  ): Promise<ManagedOperator> {
    this.#assertOfSite(operatorId, actor.siteId);
    const avatarFileId = await this.avatars.keep(OPERATORS, { name: file.originalname, content: file.buffer });
    return this.#update(actor, { ...operatorChange(operatorId, {}, undefined, actor.siteId), avatarFileId });
  }

  @Delete('operators/:operatorId/avatar')
  @Answers(managedOperatorSchema)
  async removeAvatar(
    @IdParam('operatorId') operatorId: string,
    @Operator() actor: OperatorActor,
  ): Promise<ManagedOperator> {
    return this.#update(actor, { ...operatorChange(operatorId, {}, undefined, actor.siteId), avatarFileId: '' });
  }

  async #update(actor: OperatorActor, change: adminV1.UpdateOperatorRequest): Promise<ManagedOperator> {
    const { operator } = await inBody(this.backends.admin.call('updateOperator', change, once(actor)), operatorPath);
    const item = present(operator, 'the operator');
    await this.echoes.reached({ kind: 'operator', siteId: '', id: change.operatorId }, item.version);
    return this.#shape(item, actor, await this.#openDialogs(actor));
  }

  #shape(item: adminV1.ManagedOperator, caller: OperatorActor, openDialogs: OpenDialogs): ManagedOperator {
    return managedOperator(item, { caller, directory: this.directory, presence: this.seen, openDialogs });
  }

  /** An addition to the list: while `dialogs` is away, people are managed all the same. */
  async #openDialogs(actor: OperatorActor): Promise<OpenDialogs> {
    const asked = { by: dialogsV1.CountBy.COUNT_BY_ASSIGNEE, status: dialogsV1.DialogStatus.DIALOG_STATUS_OPEN };
    try {
      return (await this.backends.dialogs.call('countDialogsBy', asked, { actor, deadlineMs: COUNT_MS })).counts;
    } catch (error) {
      // The service is away or too slow: the figures are left out.
      if (!isRetryable(error)) throw error;
      this.logger.warn({ err: error }, 'open dialogs of operators could not be counted');
      return undefined;
    }
  }

  /** Before a picture is stored for somebody who is not of this site. */
  #assertOfSite(operatorId: string, siteId: string): void {
    const operator = this.directory.operator(operatorId);
    if (operator?.sites.some((site) => site.siteId === siteId)) return;
    throw appError('NOT_FOUND', 'There is no such operator on this site.');
  }
}

/** Open dialogs by operator; undefined: not known now. */
type OpenDialogs = Readonly<Record<string, number>> | undefined;

/** How long the figures may keep the list waiting; milliseconds. */
const COUNT_MS = 1_500;

/** Nobody makes somebody stronger than himself. */
function assertNotStronger(actor: OperatorActor, role: Role | undefined): void {
  if (role === undefined || hasRole(actor.role, role)) return;
  const message = `The role "${actor.role}" cannot give the role "${role}".`;
  throw appError('PERMISSION_DENIED', message, { fields: [{ path: 'role', code: 'not_yours', message }] });
}

function passwordsAreForSuperadmins(): Error {
  const message = 'Only a superadmin makes an operator with a password; leave it out to send an invitation.';
  return appError('PERMISSION_DENIED', message, { fields: [{ path: 'password', code: 'not_allowed', message }] });
}
