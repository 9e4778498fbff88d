import type { Actor } from '@beseda/auth';
import { adminV1 } from '@beseda/contracts';
import { CurrentActor } from '@beseda/grpc';
import { Controller } from '@nestjs/common';
import { GrpcMethod, Payload } from '@nestjs/microservices';
import { CreateOperatorHandler } from '../../application/create-operator.handler.js';
import { roleOfMessage } from '../../infrastructure/bus/people-settings.js';
import { createOperatorRequest, parse } from './schemas.js';
import { scopeFor } from './scope.js';

@Controller()
export class AdminController {
  constructor(private readonly createOperatorHandler: CreateOperatorHandler) {}

  @GrpcMethod('AdminService')
  async createOperator(
    @Payload() request: adminV1.CreateOperatorRequest,
    @CurrentActor() actor: Actor,
  ): Promise<adminV1.CreateOperatorResponse> {
    const { siteId, role, ...person } = parse(createOperatorRequest, request);
    const command = { ...person, role: roleOfMessage(role) };
    return { operatorId: await this.createOperatorHandler.execute(scopeFor(actor, siteId), command) };
  }
}
