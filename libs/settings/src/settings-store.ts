import { settingsV1 } from '@beseda/contracts';
import { bytesOf, isDuplicateKey, mongoCall } from '@beseda/mongo';
import { mongo } from 'mongoose';
import { keyOfSetting, type SettingKind } from './kinds.js';

/** Where copies outlive the process. */
export interface SettingsStore {
  load(): Promise<settingsV1.Setting[]>;
  /** Keeps a setting unless a newer version of it is kept already. */
  save(setting: settingsV1.Setting): Promise<void>;
  remove(setting: settingsV1.Setting): Promise<void>;
  /** Kinds of which a whole copy was kept, those without any setting too. */
  knownKinds(): Promise<string[]>;
  /** A whole copy of the kind is kept. */
  markKnown(kind: string): Promise<void>;
}

/** Collection of the service's own database that holds the copies. */
export const SETTINGS_COPIES_COLLECTION = 'settings_copies';

interface StoredSetting {
  /** `kind:siteId:id`; `known:kind` says that there is a whole copy of the kind. */
  _id: string;
  version: number;
  /** Protobuf bytes of the `Setting`. */
  setting?: mongo.Binary;
}

const KNOWN = 'known:';

const keyOf = (setting: settingsV1.Setting): string =>
  keyOfSetting(setting.kind as SettingKind, setting.siteId, setting.id);

/** Copies in the service's MongoDB; replicas share them, the highest version stays. */
export function mongoSettingsStore(db: () => mongo.Db): SettingsStore {
  const copies = () => db().collection<StoredSetting>(SETTINGS_COPIES_COLLECTION);
  return {
    async load() {
      const stored = await mongoCall(() => copies().find({}).toArray());
      return stored.flatMap(({ setting }) => (setting ? [settingsV1.Setting.decode(bytesOf(setting))] : []));
    },
    async save(setting) {
      const bytes = new mongo.Binary(settingsV1.Setting.encode(setting).finish());
      try {
        await mongoCall(() =>
          copies().updateOne(
            { _id: keyOf(setting), version: { $lt: setting.version } },
            { $set: { version: setting.version, setting: bytes } },
            { upsert: true },
          ),
        );
      } catch (error) {
        // A duplicate id says that this or a newer version is kept already.
        if (!isDuplicateKey(error)) throw error;
      }
    },
    async remove(setting) {
      await mongoCall(() => copies().deleteOne({ _id: keyOf(setting), version: { $lte: setting.version } }));
    },
    async knownKinds() {
      const stored = await mongoCall(() =>
        copies()
          .find({ _id: { $gte: KNOWN, $lt: `${KNOWN}\uffff` } }, { projection: { _id: 1 } })
          .toArray(),
      );
      return stored.map(({ _id }) => _id.slice(KNOWN.length));
    },
    async markKnown(kind) {
      const mark = { _id: KNOWN + kind };
      await mongoCall(() => copies().updateOne(mark, { $set: { version: 0 } }, { upsert: true })).catch(
        (error: unknown) => {
          // Another replica marked it first.
          if (!isDuplicateKey(error)) throw error;
        },
      );
    },
  };
}

/** Keeps nothing: for a service without a database. */
export const noSettingsStore = (): SettingsStore => ({
  load: () => Promise.resolve([]),
  save: () => Promise.resolve(),
  remove: () => Promise.resolve(),
  knownKinds: () => Promise.resolve([]),
  markKnown: () => Promise.resolve(),
});
