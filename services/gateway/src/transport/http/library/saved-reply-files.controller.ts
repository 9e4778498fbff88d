import { type SavedReplyShape, importAnswer, importQuery, isOn, noFields, savedFileSchema } from '@beseda/api';
import type { Keys, OperatorActor } from '@beseda/auth';
import { KEYS } from '@beseda/service-defaults';
import {
  Body,
  Controller,
  Get,
  HttpCode,
  Inject,
  Post,
  Query,
  Req,
  Res,
  UploadedFile,
  UseInterceptors,
} from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import type { z } from 'zod';
import { Directory } from '../../../application/directory.js';
import { SavedFiles } from '../../../application/saved-files.js';
import { Backends } from '../../../infrastructure/backends.js';
import { maxFileBytes } from '../../mapping/admin.js';
import { savedFileShape } from './mapping.js';
import { once } from '../calls.js';
import { Operator } from '../caller.js';
import { CsvInterceptor, csvHeaders, csvOf } from '../csv.js';
import { Answers, AnswersCsv, ApiUpload, ApiZodQuery } from '../describe.js';
import { UploadInterceptor } from '../upload.interceptor.js';

/** Files on saved replies, and saved replies as a file. */
@ApiTags('saved replies')
@Controller('api/sites/:siteId/saved-replies')
export class SavedReplyFilesController {
  constructor(
    @Inject(Backends) private readonly backends: Backends,
    @Inject(SavedFiles) private readonly files: SavedFiles,
    @Inject(Directory) private readonly directory: Directory,
    @Inject(KEYS) private readonly keys: Keys,
  ) {}

  @Post('files')
  @HttpCode(200)
  @UseInterceptors(UploadInterceptor)
  @ApiUpload({ clientMessageId: false })
  @Answers(savedFileSchema)
  async upload(
    @Body({ schema: noFields }) _: z.infer<typeof noFields>,
    @UploadedFile() { originalname: name, mimetype: type, buffer: content }: Express.Multer.File,
    @Operator() actor: OperatorActor,
  ): Promise<SavedReplyShape['files'][number]> {
    const limit = maxFileBytes(this.directory.requireSite(actor.siteId));
    const { fileId: id, ...meta } = await this.files.keep(actor, { name, type, content }, limit);
    return savedFileShape({ id, name: meta.name, type: meta.type, size: meta.size }, actor.siteId, this.keys);
  }

  @Post('import')
  @HttpCode(200)
  @UseInterceptors(CsvInterceptor)
  @ApiConsumes('text/csv')
  @ApiBody({ schema: { type: 'string' } })
  @ApiZodQuery(importQuery)
  @Answers(importAnswer)
  async import(
    @Query({ schema: importQuery }) { dry }: z.infer<typeof importQuery>,
    @Req() request: Request,
    @Operator() actor: OperatorActor,
  ): Promise<z.infer<typeof importAnswer>> {
    const asked = { csv: csvOf(request), dryRun: isOn(dry) };
    const options = { ...once(actor), deadlineMs: 12_000 };
    const { added, skipped, problems } = await this.backends.library.call('importSavedReplies', asked, options);
    return { added, skipped, problems: problems.map(({ line, message }) => ({ line, message })) };
  }

  @Get('export')
  @AnswersCsv()
  async export(@Operator() actor: OperatorActor, @Res() response: Response): Promise<void> {
    const { csv } = await this.backends.library.call('exportSavedReplies', {}, { actor });
    response.set(csvHeaders('saved-replies.csv')).send(Buffer.from(csv));
  }
}
