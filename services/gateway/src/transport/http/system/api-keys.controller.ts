import { SCOPES, apiKeysAnswer, createKeyBody, createdKey } from '@beseda/api';
import type { OperatorActor } from '@beseda/auth';
import { Body, Controller, Delete, Get, HttpCode, Inject, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { Backends } from '../../../infrastructure/backends.js';
import { apiKeyShape } from './mapping.js';
import { once, present } from '../calls.js';
import { IdParam, Operator } from '../caller.js';
import { Answers } from '../describe.js';

/** Keys for programs. */
@ApiTags('api keys')
@Controller('api/sites/:siteId/api-keys')
export class ApiKeysController {
  constructor(@Inject(Backends) private readonly backends: Backends) {}

  @Get()
  @Answers(apiKeysAnswer)
  async list(@Operator() actor: OperatorActor): Promise<z.infer<typeof apiKeysAnswer>> {
    const { items } = await this.backends.system.call('listApiKeys', {}, { actor });
    return { items: items.map(apiKeyShape), scopes: [...SCOPES] };
  }

  @Post()
  @HttpCode(201)
  @Answers(createdKey, 201)
  async create(
    @Body({ schema: createKeyBody }) body: z.infer<typeof createKeyBody>,
    @Operator() actor: OperatorActor,
  ): Promise<z.infer<typeof createdKey>> {
    const { key, secret } = await this.backends.system.call('createApiKey', body, once(actor));
    return { key: apiKeyShape(present(key, 'the key')), secret };
  }

  @Delete(':keyId')
  @HttpCode(204)
  async revoke(@IdParam('keyId') id: string, @Operator() actor: OperatorActor): Promise<void> {
    await this.backends.system.call('revokeApiKey', { id }, { actor });
  }
}
