import { type Actor, siteScope } from '@beseda/auth';
import { OnEvent } from '@beseda/bus';
import { type dialogsV1, eventsV1 } from '@beseda/contracts';
import { Inject, Injectable } from '@nestjs/common';
import { Tags } from '../../application/tags.js';

/** Operators make tags by using them: what they gave to a dialog comes into the catalogue. */
@Injectable()
export class TaggedConsumer {
  constructor(@Inject(Tags) private readonly tags: Tags) {}

  @OnEvent('dialog.tagged', { group: 'tag-catalogue' })
  async onTagged(event: unknown): Promise<void> {
    // The bus hands out what the contracts decoded from the topic of dialogs.
    const { envelope, body } = event as dialogsV1.DialogEvent;
    // An erased body names no tags any more.
    if (!envelope || body?.body?.$case !== 'dialogTagged' || body.body.value.tags.length === 0) return;
    // Dialogs following the catalogue: nobody used a name, and one that was just removed may still stand beside the renamed.
    if (envelope.actor?.kind === eventsV1.ActorKind.ACTOR_KIND_SERVICE) return;
    const { tags } = body.body.value;
    await this.tags.addUsed(actorOf(envelope), siteScope(envelope.siteId), tags, envelope.occurredAt ?? new Date(0));
  }
}

const actorOf = ({ siteId, actor }: eventsV1.EventEnvelope): Actor | undefined =>
  actor?.kind === eventsV1.ActorKind.ACTOR_KIND_OPERATOR
    ? { kind: 'operator', id: actor.id, siteId, role: 'operator' }
    : undefined;
