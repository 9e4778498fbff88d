import type { OperatorActor } from '@beseda/auth';
import { correlationId } from '@beseda/grpc';
import { Injectable } from '@nestjs/common';
import { OperatorsRepository } from '../infrastructure/mongo/operators.repository.js';
import type { OperatorDocument } from '../infrastructure/mongo/people.documents.js';
import { aboutSelf } from './account.js';
import { Audit } from './audit.js';

/** Writes a change of somebody's own second factor, and the log of it. */
@Injectable()
export class SecondFactorChange {
  constructor(
    private readonly operators: OperatorsRepository,
    private readonly audit: Audit,
  ) {}

  write(
    actor: OperatorActor,
    operator: OperatorDocument,
    action: string,
    decide: Parameters<OperatorsRepository['change']>[2],
  ): Promise<void> {
    return this.audit.change(
      aboutSelf(actor, operator, action),
      async () => {
        await this.operators.change(actor.id, correlationId(), decide);
        return { result: undefined };
      },
      { collection: 'operators', id: actor.id, version: operator.version },
    );
  }
}
