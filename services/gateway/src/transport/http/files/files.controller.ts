import type { Keys } from '@beseda/auth';
import { appError } from '@beseda/errors';
import { FileStore, contentHeaders, verifyFileUrl } from '@beseda/files';
import { KEYS, LOGGER, type Logger } from '@beseda/service-defaults';
import { Controller, Get, Inject, Query, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { z } from 'zod';
import { IdParam } from '../caller.js';
import { AnswersFile, ApiZodQuery } from '../describe.js';
import { sendFile } from '../send-file.js';

const fileQuery = z.strictObject({
  e: z.string().max(20).default(''),
  s: z.string().max(200).default(''),
  download: z.string().max(5).optional(),
});

/** The bytes of files. Whoever holds a signed address may read: an `<img>` sends no token. */
@ApiTags('files')
@Controller('api/files')
export class FilesController {
  constructor(
    @Inject(FileStore) private readonly store: FileStore,
    @Inject(KEYS) private readonly keys: Keys,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  @Get(':siteId/:fileId')
  @ApiZodQuery(fileQuery)
  @AnswersFile()
  async get(
    @IdParam('siteId') siteId: string,
    @IdParam('fileId') fileId: string,
    @Query({ schema: fileQuery }) { e, s, download }: z.infer<typeof fileQuery>,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    if (!verifyFileUrl(this.keys, { siteId, fileId, e, s }))
      throw appError(
        'PERMISSION_DENIED',
        'This address of the file is not valid or no longer good. Ask for a new one.',
      );
    const { meta, stream } = await this.store.open(siteId, fileId);
    const headers = contentHeaders(meta, { download: download === '1' || download === 'true' });
    await sendFile({ request, response }, stream, headers, this.logger);
  }
}
