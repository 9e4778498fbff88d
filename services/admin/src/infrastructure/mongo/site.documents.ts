import { AUDIENCES } from '@beseda/api';
import type { ModelDefinition } from '@beseda/mongo';
import { Schema } from 'mongoose';
import type { Hours } from '../../domain/hours.js';
import type { SavedReply } from '../../domain/saved-reply.js';
import type { Tag } from '../../domain/tag.js';

/** The last number given out under a name. */
export interface CounterDocument {
  _id: string;
  value: number;
}

/** A host whose pages showed a site's widget. */
export interface WidgetSeenDocument {
  /** `siteId:host`. */
  _id: string;
  siteId: string;
  host: string;
  at: Date;
}

/** A change of one tag that waits to be published: the tag as it became. */
export interface TagEntry {
  _id: string;
  siteId: string;
  seq: number;
  correlationId: string;
  tag: Tag;
}

/** The catalogue of a site's tags: one document, so that renaming and merging are one write. */
export interface TagCatalogueDocument {
  /** Of the site. */
  _id: string;
  siteId: string;
  /** Of the newest change. */
  seq: number;
  /** The same, under the name by which the audit log looks. */
  version: number;
  tags: Tag[];
  outbox: TagEntry[];
  outboxSince?: Date;
}

export interface HoursDocument extends Hours {
  /** Of the site. */
  _id: string;
  version: number;
  outboxSince?: Date;
  correlationId: string;
}

export interface SavedReplyDocument extends Omit<SavedReply, 'id'> {
  _id: string;
  siteId: string;
  createdAt: Date;
}

/** In what order a site's saved replies stand; those that are not in it come after, as they were made. */
export interface SavedReplyOrderDocument {
  /** Of the site. */
  _id: string;
  version: number;
  ids: string[];
}

const OPTIONS = { versionKey: false, strict: 'throw', minimize: false, autoIndex: false } as const;
const PART = { _id: false, ...OPTIONS } as const;
const text = { type: String, required: true } as const;
/** Present, but may be empty. */
const anyText = { type: String, default: '' } as const;
const number = { type: Number, required: true } as const;
const date = { type: Date, required: true } as const;
const flag = { type: Boolean, required: true } as const;

const counterSchema = new Schema<CounterDocument>({ _id: text, value: number }, OPTIONS);

const widgetSeenSchema = new Schema<WidgetSeenDocument>({ _id: text, siteId: text, host: text, at: date }, OPTIONS);

const tag = new Schema<Tag>(
  { id: text, version: number, name: text, color: text, formerNames: [String], state: text, removedAt: Date },
  PART,
);
const tagEntry = new Schema<TagEntry>(
  { _id: text, siteId: text, seq: number, correlationId: anyText, tag: { type: tag, required: true } },
  OPTIONS,
);
const tagCatalogueSchema = new Schema<TagCatalogueDocument>(
  { _id: text, siteId: text, seq: number, version: number, tags: [tag], outbox: [tagEntry], outboxSince: Date },
  OPTIONS,
);

const interval = new Schema({ from: number, to: number }, PART);
const hoursSchema = new Schema<HoursDocument>(
  {
    _id: text,
    version: number,
    outboxSince: Date,
    correlationId: anyText,
    enabled: flag,
    timezone: text,
    days: [new Schema({ weekday: number, intervals: [interval] }, PART)],
    holidays: [new Schema({ date: text, name: anyText, intervals: [interval] }, PART)],
  },
  OPTIONS,
);

const audience = new Schema(
  { kind: { type: String, enum: AUDIENCES, required: true }, teamId: String, operatorId: String },
  PART,
);
const file = new Schema({ id: text, name: text, type: anyText, size: number }, PART);
const savedReplySchema = new Schema<SavedReplyDocument>(
  {
    _id: text,
    siteId: text,
    version: number,
    title: text,
    text: anyText,
    folder: anyText,
    audience: { type: audience, required: true },
    files: [file],
    createdAt: date,
    updatedAt: date,
  },
  OPTIONS,
);
const savedReplyOrderSchema = new Schema<SavedReplyOrderDocument>(
  { _id: text, version: number, ids: [String] },
  OPTIONS,
);

/** Models of what belongs to a site besides the site itself. */
export const SITE_MODELS: readonly ModelDefinition[] = [
  { name: 'Counter', schema: counterSchema, collection: 'counters' },
  { name: 'WidgetSeen', schema: widgetSeenSchema, collection: 'widget_seen' },
  { name: 'TagCatalogue', schema: tagCatalogueSchema, collection: 'tag_catalogues' },
  { name: 'Hours', schema: hoursSchema, collection: 'hours' },
  { name: 'SavedReply', schema: savedReplySchema, collection: 'saved_replies' },
  { name: 'SavedReplyOrder', schema: savedReplyOrderSchema, collection: 'saved_reply_orders' },
];
