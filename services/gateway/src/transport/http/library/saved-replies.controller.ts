import {
  type SavedReplyShape,
  createRepliesBody,
  idsBody,
  isOn,
  savedRepliesAnswer,
  savedRepliesQuery,
  savedReplySchema,
  updateReplyBody,
} from '@beseda/api';
import type { Keys, OperatorActor } from '@beseda/auth';
import { KEYS } from '@beseda/service-defaults';
import { Body, Controller, Get, HttpCode, Inject, Post, Put, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { SavedFiles } from '../../../application/saved-files.js';
import { Backends } from '../../../infrastructure/backends.js';
import { replyContent, replyPath, savedReplyShape } from './mapping.js';
import { inBody, once, present } from '../calls.js';
import { IdParam, Operator, assertRole } from '../caller.js';
import { Answers, ApiZodQuery } from '../describe.js';

type Replies = z.infer<typeof savedRepliesAnswer>;

/** Answers to use again. */
@ApiTags('saved replies')
@Controller('api/sites/:siteId/saved-replies')
export class SavedRepliesController {
  constructor(
    @Inject(Backends) private readonly backends: Backends,
    @Inject(SavedFiles) private readonly files: SavedFiles,
    @Inject(KEYS) private readonly keys: Keys,
  ) {}

  @Get()
  @ApiZodQuery(savedRepliesQuery)
  @Answers(savedRepliesAnswer)
  async list(
    @Query({ schema: savedRepliesQuery }) query: z.infer<typeof savedRepliesQuery>,
    @Operator() actor: OperatorActor,
  ): Promise<Replies> {
    const manage = isOn(query.manage);
    if (manage) assertRole(actor, 'admin');
    const { items } = await this.backends.library.call('listSavedReplies', { manage }, { actor });
    return { items: items.map((item) => savedReplyShape(item, actor.siteId, this.keys)) };
  }

  @Post()
  @HttpCode(201)
  @Answers(savedRepliesAnswer, 201)
  async create(
    @Body({ schema: createRepliesBody }) body: z.infer<typeof createRepliesBody>,
    @Operator() actor: OperatorActor,
  ): Promise<Replies> {
    const contents = await Promise.all(
      body.items.map(async (item, index) =>
        replyContent(item, await this.files.attached(actor, item.fileIds, `items.${index}.fileIds`)),
      ),
    );
    const call = this.backends.library.call('createSavedReplies', { items: contents }, once(actor));
    const { items } = await inBody(call, replyPath);
    return { items: items.map((item) => savedReplyShape(item, actor.siteId, this.keys)) };
  }

  @Post('delete')
  @HttpCode(204)
  async remove(
    @Body({ schema: idsBody }) body: z.infer<typeof idsBody>,
    @Operator() actor: OperatorActor,
  ): Promise<void> {
    await this.backends.library.call('deleteSavedReplies', body, { actor });
  }

  @Put('order')
  @HttpCode(204)
  async order(
    @Body({ schema: idsBody }) body: z.infer<typeof idsBody>,
    @Operator() actor: OperatorActor,
  ): Promise<void> {
    await this.backends.library.call('orderSavedReplies', body, { actor });
  }

  @Put(':replyId')
  @Answers(savedReplySchema)
  async update(
    @IdParam('replyId') id: string,
    @Body({ schema: updateReplyBody }) { version, fileIds, ...given }: z.infer<typeof updateReplyBody>,
    @Operator() actor: OperatorActor,
  ): Promise<SavedReplyShape> {
    const content = replyContent(given, await this.files.attached(actor, fileIds, 'fileIds'));
    const call = this.backends.library.call('updateSavedReply', { id, version, content }, once(actor));
    const { item } = await inBody(call, replyPath);
    return savedReplyShape(present(item, 'the saved reply'), actor.siteId, this.keys);
  }
}
