import { Controller, Get, Inject } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { ApiDescription } from './description.js';

@ApiTags('api')
@Controller('api')
export class OpenApiController {
  constructor(@Inject(ApiDescription) private readonly description: ApiDescription) {}

  @Get('openapi.json')
  get(): object {
    return this.description.document();
  }
}
