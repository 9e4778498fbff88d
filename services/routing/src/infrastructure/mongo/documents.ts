import type { LeasedDocument } from '@beseda/leases';
import type { ModelDefinition } from '@beseda/mongo';
import { Schema } from 'mongoose';
import { type OperatorStatus, STATUSES } from '../../domain/presence.js';

/** Presence of one operator on one site, see `presenceKey`; its whole state is published when `version` rises. */
export interface PresenceDocument extends LeasedDocument {
  operatorId: string;
  status: OperatorStatus;
}

const OPTIONS = { versionKey: false, strict: 'throw', minimize: false, autoIndex: false } as const;
const text = { type: String, required: true } as const;
const number = { type: Number, required: true } as const;

const presenceSchema = new Schema<PresenceDocument>(
  {
    _id: text,
    siteId: text,
    operatorId: text,
    status: { type: String, enum: STATUSES, required: true },
    online: { type: Boolean, required: true },
    leases: { type: Schema.Types.Mixed, required: true },
    expiresAt: Date,
    rev: number,
    version: number,
    outboxSince: Date,
    eventId: text,
    changedAt: { type: Date, required: true },
    correlationId: { type: String, default: '' },
  },
  OPTIONS,
);

/** Models of the service. */
export const MODELS: readonly ModelDefinition[] = [
  { name: 'Presence', schema: presenceSchema, collection: 'presence' },
];
