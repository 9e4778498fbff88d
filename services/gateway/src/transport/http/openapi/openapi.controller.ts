import { Controller, Get, Inject } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { ApiDescription } from './description.js';

@ApiTags('api')
@Controller('api')
export class OpenApiController {
  constructor(@Inject(ApiDescription) private readonly description: ApiDescription) {}

  @Get('openapi.json')
  @ApiOkResponse({ description: 'This description', content: { 'application/json': { schema: { type: 'object' } } } })
  get(): object {
    return this.description.document();
  }
}
