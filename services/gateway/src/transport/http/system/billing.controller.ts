import { type Billing, billingAnswer, billingBody } from '@beseda/api';
import type { OperatorActor } from '@beseda/auth';
import { Body, Controller, Get, Inject, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { z } from 'zod';
import { Backends } from '../../../infrastructure/backends.js';
import { billingShape } from './mapping.js';
import { once } from '../calls.js';
import { Operator } from '../caller.js';
import { Answers } from '../describe.js';

/** The licence of the installation. */
@ApiTags('billing')
@Controller('api/sites/:siteId/billing')
export class BillingController {
  constructor(@Inject(Backends) private readonly backends: Backends) {}

  @Get()
  @Answers(billingAnswer)
  async get(@Operator() actor: OperatorActor): Promise<Billing> {
    return billingShape(await this.backends.system.call('getLicence', {}, { actor }));
  }

  @Put()
  @Answers(billingAnswer)
  async set(
    @Body({ schema: billingBody }) body: z.infer<typeof billingBody>,
    @Operator() actor: OperatorActor,
  ): Promise<Billing> {
    const { licence } = await this.backends.system.call('setLicence', body, once(actor));
    return billingShape(licence);
  }
}
