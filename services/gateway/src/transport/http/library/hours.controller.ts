import {
  type HoursShape,
  countriesAnswer,
  countriesQuery,
  holidaysAnswer,
  holidaysQuery,
  hoursSchema,
} from '@beseda/api';
import type { OperatorActor } from '@beseda/auth';
import type { adminV1 } from '@beseda/contracts';
import { Body, Controller, Get, Inject, Put, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { Backends } from '../../../infrastructure/backends.js';
import { hoursSettings, hoursShape } from './mapping.js';
import { inBody, once, present } from '../calls.js';
import { Operator } from '../caller.js';
import { Answers, ApiZodQuery } from '../describe.js';

/** When a site answers. */
@ApiTags('hours')
@Controller('api/sites/:siteId')
export class HoursController {
  constructor(@Inject(Backends) private readonly backends: Backends) {}

  @Get('hours')
  @Answers(hoursSchema)
  async get(@Operator() actor: OperatorActor): Promise<HoursShape> {
    return shape(await this.backends.library.call('getHours', {}, { actor }));
  }

  @Put('hours')
  @Answers(hoursSchema)
  async update(
    @Body({ schema: hoursSchema }) body: z.infer<typeof hoursSchema>,
    @Operator() actor: OperatorActor,
  ): Promise<HoursShape> {
    const asked = { hours: hoursSettings(body), version: body.version };
    const call = this.backends.library.call('updateHours', asked, once(actor));
    return shape(await inBody(call, (path) => path.replace(/^hours\./, '')));
  }

  @Get('holidays/countries')
  @ApiZodQuery(countriesQuery)
  @Answers(countriesAnswer)
  async countries(
    @Query({ schema: countriesQuery }) query: z.infer<typeof countriesQuery>,
    @Operator() actor: OperatorActor,
  ): Promise<z.infer<typeof countriesAnswer>> {
    const { items } = await this.backends.library.call('listHolidayCountries', query, { actor });
    return { items: items.map(({ code, name }) => ({ code, name })) };
  }

  @Get('holidays')
  @ApiZodQuery(holidaysQuery)
  @Answers(holidaysAnswer)
  async holidays(
    @Query({ schema: holidaysQuery }) query: z.infer<typeof holidaysQuery>,
    @Operator() actor: OperatorActor,
  ): Promise<z.infer<typeof holidaysAnswer>> {
    const { holidays } = await this.backends.library.call('listCountryHolidays', query, { actor });
    return { items: holidays.map(({ date, name }) => ({ date, name })) };
  }
}

const shape = ({ hours, version }: adminV1.GetHoursResponse): HoursShape =>
  hoursShape(present(hours, 'the hours'), version);
