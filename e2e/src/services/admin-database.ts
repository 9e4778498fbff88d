import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Connection, createConnection } from 'mongoose';

/** Collections of `admin` whose documents are published whole. */
const PUBLISHED = ['sites', 'operators', 'teams', 'tag_catalogues'] as const;

/** What a test looks up in the databases of the services behind their backs. */
export class Databases {
  private constructor(
    private readonly connection: Connection,
    private readonly prefix: string,
  ) {}

  /** Opens those of the Beseda that runs on a data folder. */
  static async open(dataDir: string, prefix: string): Promise<Databases> {
    const { mongoUrl } = JSON.parse(await readFile(join(dataDir, 'run.json'), 'utf8')) as { mongoUrl: string };
    return new Databases(await createConnection(mongoUrl).asPromise(), prefix);
  }

  /** How many settings are stored and not yet known to be published. */
  async unpublished(): Promise<number> {
    const { db } = this.connection.useDb(`${this.prefix}beseda_admin`, { useCache: true });
    const counts = PUBLISHED.map(
      (name) => db?.collection(name).countDocuments({ outboxSince: { $exists: true } }) ?? 0,
    );
    return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
  }

  /** Ids in the list of migrations of a service: versions, and a lock that somebody still holds. */
  async migrations(service: string): Promise<(number | string)[]> {
    const { db } = this.connection.useDb(`${this.prefix}beseda_${service}`, { useCache: true });
    const records = (await db?.collection<{ _id: number | string }>('migrations').find({}).toArray()) ?? [];
    return records.map(({ _id }) => _id);
  }

  async close(): Promise<void> {
    await this.connection.close();
  }
}
