import {
  type TagShape,
  createTagBody,
  isOn,
  mergeTagBody,
  tagPatch,
  tagSchema,
  tagsAnswer,
  tagsQuery,
} from '@beseda/api';
import type { OperatorActor } from '@beseda/auth';
import { dialogsV1 } from '@beseda/contracts';
import { Body, Controller, Delete, Get, HttpCode, Inject, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { Backends } from '../../../infrastructure/backends.js';
import { tagShape } from './mapping.js';
import { once, present } from '../calls.js';
import { IdParam, Operator } from '../caller.js';
import { Answers, ApiZodQuery } from '../describe.js';

/** The catalogue of tags. */
@ApiTags('tags')
@Controller('api/sites/:siteId/tags')
export class TagsController {
  constructor(@Inject(Backends) private readonly backends: Backends) {}

  @Get()
  @ApiZodQuery(tagsQuery)
  @Answers(tagsAnswer)
  async list(
    @Query({ schema: tagsQuery }) { usage }: z.infer<typeof tagsQuery>,
    @Operator() actor: OperatorActor,
  ): Promise<z.infer<typeof tagsAnswer>> {
    const [{ items }, counts] = await Promise.all([
      this.backends.library.call('listTags', {}, { actor }),
      isOn(usage) ? this.#usage(actor) : undefined,
    ]);
    return { items: items.map((tag) => tagShape(tag, counts && (counts[tag.name] ?? 0))) };
  }

  @Post()
  @HttpCode(201)
  @Answers(tagSchema, 201)
  async create(
    @Body({ schema: createTagBody }) { name, color = '' }: z.infer<typeof createTagBody>,
    @Operator() actor: OperatorActor,
  ): Promise<TagShape> {
    const { tag } = await this.backends.library.call('createTag', { name, color }, once(actor));
    return tagShape(present(tag, 'the tag'));
  }

  @Patch(':tagId')
  @Answers(tagSchema)
  async update(
    @IdParam('tagId') id: string,
    @Body({ schema: tagPatch }) patch: z.infer<typeof tagPatch>,
    @Operator() actor: OperatorActor,
  ): Promise<TagShape> {
    const { tag } = await this.backends.library.call('updateTag', { id, ...patch }, once(actor));
    return tagShape(present(tag, 'the tag'));
  }

  @Post(':tagId/merge')
  @HttpCode(200)
  @Answers(tagSchema)
  async merge(
    @IdParam('tagId') id: string,
    @Body({ schema: mergeTagBody }) body: z.infer<typeof mergeTagBody>,
    @Operator() actor: OperatorActor,
  ): Promise<TagShape> {
    const { tag } = await this.backends.library.call('mergeTags', { id, ...body }, once(actor));
    return tagShape(present(tag, 'the tag'));
  }

  @Delete(':tagId')
  @HttpCode(204)
  async remove(@IdParam('tagId') id: string, @Operator() actor: OperatorActor): Promise<void> {
    await this.backends.library.call('deleteTag', { id }, { actor });
  }

  /** Dialogs have tags by name. */
  async #usage(actor: OperatorActor): Promise<Record<string, number>> {
    const asked = { by: dialogsV1.CountBy.COUNT_BY_TAG, status: dialogsV1.DialogStatus.DIALOG_STATUS_UNSPECIFIED };
    return (await this.backends.dialogs.call('countDialogsBy', asked, { actor })).counts;
  }
}
