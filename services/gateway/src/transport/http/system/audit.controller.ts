import { auditAnswer, auditExportQuery, auditQuery, retentionAnswer, retentionBody } from '@beseda/api';
import type { OperatorActor } from '@beseda/auth';
import type { adminV1 } from '@beseda/contracts';
import { currentContext, runInContext } from '@beseda/grpc';
import { LOGGER, type Logger } from '@beseda/service-defaults';
import { Body, Controller, Get, Inject, Put, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { z } from 'zod';
import { Backends } from '../../../infrastructure/backends.js';
import { auditEntryShape, auditFilter } from './mapping.js';
import { Operator } from '../caller.js';
import { csvHeaders } from '../csv.js';
import { Answers, AnswersCsv, ApiZodQuery } from '../describe.js';

/** A whole log takes longer than a page; milliseconds. */
const EXPORT_MS = 120_000;

/** Who changed what. */
@ApiTags('audit')
@Controller('api/sites/:siteId/audit')
export class AuditController {
  constructor(
    @Inject(Backends) private readonly backends: Backends,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  @Get()
  @ApiZodQuery(auditQuery)
  @Answers(auditAnswer)
  async list(
    @Query({ schema: auditQuery }) { cursor = '', limit = 0, ...filter }: z.infer<typeof auditQuery>,
    @Operator() actor: OperatorActor,
  ): Promise<z.infer<typeof auditAnswer>> {
    const asked = { filter: auditFilter(filter), cursor, limit };
    const { items, nextCursor } = await this.backends.system.call('listAudit', asked, { actor });
    return { items: items.map(auditEntryShape), nextCursor: nextCursor || null };
  }

  @Get('export')
  @ApiZodQuery(auditExportQuery)
  @AnswersCsv()
  async export(
    @Query({ schema: auditExportQuery }) filter: z.infer<typeof auditExportQuery>,
    @Operator() actor: OperatorActor,
    @Res() response: Response,
  ): Promise<void> {
    const context = { correlationId: crypto.randomUUID(), ...currentContext(), deadline: Date.now() + EXPORT_MS };
    await runInContext(context, async () => {
      const options = { actor, deadlineMs: EXPORT_MS };
      const asked = { filter: auditFilter(filter) };
      const pieces = this.backends.system.stream('exportAudit', asked, options)[Symbol.asyncIterator]();
      // The first piece before the headers: a refusal is still an answer of its own.
      const first = await pieces.next();
      response.set(csvHeaders(`audit-${new Date().toISOString().slice(0, 10)}.csv`));
      try {
        await pipeline(Readable.from(chunks(first, pieces)), response);
      } catch (error) {
        // The reader went away, or the service failed half-way: cut is the only way to say that it is not whole.
        if (!response.destroyed) response.destroy();
        this.logger.debug({ err: error }, 'an export was not sent whole');
      }
    });
  }

  @Get('retention')
  @Answers(retentionAnswer)
  async retention(@Operator() actor: OperatorActor): Promise<z.infer<typeof retentionAnswer>> {
    const { days } = await this.backends.system.call('getAuditRetention', {}, { actor });
    return { days };
  }

  @Put('retention')
  @Answers(retentionAnswer)
  async setRetention(
    @Body({ schema: retentionBody }) { days }: z.infer<typeof retentionBody>,
    @Operator() actor: OperatorActor,
  ): Promise<z.infer<typeof retentionAnswer>> {
    await this.backends.system.call('setAuditRetention', { days }, { actor });
    return { days };
  }
}

type Pieces = AsyncIterator<adminV1.ExportAuditResponse>;

async function* chunks(first: Awaited<ReturnType<Pieces['next']>>, rest: Pieces): AsyncGenerator<Uint8Array> {
  try {
    for (let piece = first; !piece.done; piece = await rest.next()) yield piece.value.chunk;
  } finally {
    // Ends the call when nobody reads any more.
    await rest.return?.();
  }
}
