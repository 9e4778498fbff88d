import { correlationId } from '@beseda/grpc';
import { Timers } from '@beseda/service-defaults';
import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { PresenceRepository } from '../infrastructure/mongo/presence.repository.js';

/** How often operators are looked for whose gateways fell silent; milliseconds. Reading judges by time and never waits for it. */
const SWEEP_MS = 2_000;

/** Tells of operators that left without a word. Every replica does it; twice does no harm. */
@Injectable()
export class PresenceSweep implements OnApplicationBootstrap {
  constructor(
    private readonly presence: PresenceRepository,
    private readonly timers: Timers,
  ) {}

  onApplicationBootstrap(): void {
    const run = () => this.presence.sweep(correlationId());
    this.timers.every({ name: 'presence-sweep', ms: SWEEP_MS, later: true, run, failed: 'upkeep of presence failed' });
  }
}
