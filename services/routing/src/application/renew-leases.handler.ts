import type { SiteScope } from '@beseda/auth';
import { correlationId } from '@beseda/grpc';
import { Injectable } from '@nestjs/common';
import { PresenceRepository } from '../infrastructure/mongo/presence.repository.js';

/** A gateway says which operators of a site have a console open through it, and whose last one closed. */
@Injectable()
export class RenewLeasesHandler {
  constructor(private readonly presence: PresenceRepository) {}

  async execute(
    scope: SiteScope,
    instance: string,
    present: readonly string[],
    released: readonly string[],
  ): Promise<void> {
    const cause = correlationId();
    const staying = new Set(present);
    if (staying.size > 0) await this.presence.renew(scope, [...staying], instance, cause);
    for (const operatorId of new Set(released)) {
      if (!staying.has(operatorId)) await this.presence.release(scope, operatorId, instance, cause);
    }
  }
}
