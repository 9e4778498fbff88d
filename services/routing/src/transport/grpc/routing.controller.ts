import { ID_PATTERN, LIMITS } from '@beseda/api';
import { type Actor, type OperatorActor, scopeOf } from '@beseda/auth';
import { operatorStateWords, type presenceV1, type routingV1 } from '@beseda/contracts';
import { appError, checked, invalidField } from '@beseda/errors';
import { CurrentActor } from '@beseda/grpc';
import { Controller } from '@nestjs/common';
import { GrpcMethod, Payload } from '@nestjs/microservices';
import { z } from 'zod';
import { ListPresenceHandler } from '../../application/list-presence.handler.js';
import { RenewLeasesHandler } from '../../application/renew-leases.handler.js';
import { SetStatusHandler } from '../../application/set-status.handler.js';
import type { OperatorStatus } from '../../domain/presence.js';
import { stateMessage } from '../../infrastructure/bus/presence-events.js';

const operatorIds = z.array(z.string().regex(ID_PATTERN, 'must be ids of operators')).max(LIMITS.leasedOperators);
const renewRequest = z.strictObject({
  // Becomes the name of a field.
  instance: z.string().regex(ID_PATTERN, 'must be letters, digits, "-" and "_"'),
  operatorIds,
  releasedOperatorIds: operatorIds,
});

function statusOf(state: presenceV1.OperatorState): OperatorStatus {
  const word = operatorStateWords.word(state);
  if (word === 'online' || word === 'away') return word;
  throw invalidField('status', 'invalid_value', 'The status must be online or away.');
}

function operatorOnly(actor: Actor): OperatorActor {
  if (actor.kind !== 'operator') throw appError('PERMISSION_DENIED', 'Only an operator has a status.');
  return actor;
}

/** Who of the operators is there. */
@Controller()
export class RoutingController {
  constructor(
    private readonly renew: RenewLeasesHandler,
    private readonly status: SetStatusHandler,
    private readonly list: ListPresenceHandler,
  ) {}

  @GrpcMethod('RoutingService')
  async renewOperatorLeases(
    @Payload() request: routingV1.RenewOperatorLeasesRequest,
    @CurrentActor() actor: Actor,
  ): Promise<routingV1.RenewOperatorLeasesResponse> {
    const { instance, operatorIds: present, releasedOperatorIds } = checked(renewRequest, request);
    await this.renew.execute(scopeOf(actor), instance, present, releasedOperatorIds);
    return {};
  }

  @GrpcMethod('RoutingService')
  async setStatus(
    @Payload() { status }: routingV1.SetStatusRequest,
    @CurrentActor() actor: Actor,
  ): Promise<routingV1.SetStatusResponse> {
    const operator = operatorOnly(actor);
    await this.status.execute(operator, statusOf(status));
    const mine = (await this.list.execute(scopeOf(operator))).find(({ operatorId }) => operatorId === operator.id);
    return { state: stateMessage(mine?.state ?? 'offline') };
  }

  @GrpcMethod('RoutingService')
  async listPresence(
    @Payload() _: routingV1.ListPresenceRequest,
    @CurrentActor() actor: Actor,
  ): Promise<routingV1.ListPresenceResponse> {
    const scope = actor.kind === 'service' && actor.siteId === undefined ? undefined : scopeOf(actor);
    const items = (await this.list.execute(scope)).map(({ siteId, operatorId, state, since, status, version }) => ({
      siteId,
      operatorId,
      state: stateMessage(state),
      since,
      status: stateMessage(status),
      version,
    }));
    return { items };
  }
}
