import { contentHeaders } from '@beseda/files';
import { LOGGER, type Logger } from '@beseda/service-defaults';
import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Avatars } from '../../../application/avatars.js';
import { IdParam } from '../caller.js';
import { AnswersFile } from '../describe.js';
import { sendFile } from '../send-file.js';

/** The id tells the content: what is behind an address never changes. */
const FOR_EVER = 'public, max-age=31536000, immutable';

/** Pictures of operators and sites. They stand on customers' pages, so anyone may read them. */
@ApiTags('files')
@Controller('api/avatars')
export class AvatarsController {
  constructor(
    @Inject(Avatars) private readonly avatars: Avatars,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  @Get(':owner/:fileId')
  @AnswersFile()
  async get(
    @IdParam('owner') owner: string,
    @IdParam('fileId') fileId: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const { meta, stream } = await this.avatars.open(owner, fileId);
    const headers = {
      // Its name was the owner's; visitors see the picture only.
      ...contentHeaders({ ...meta, name: 'avatar' }),
      'Cache-Control': FOR_EVER,
      // The bubble is drawn by a page of another origin.
      'Cross-Origin-Resource-Policy': 'cross-origin',
    };
    await sendFile({ request, response }, stream, headers, this.logger);
  }
}
