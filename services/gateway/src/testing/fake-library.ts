import { randomUUID } from 'node:crypto';
import { type adminV1, settingsV1 } from '@beseda/contracts';
import { appError } from '@beseda/errors';
import type { FakeAdmin } from './fake-admin.js';
import type { StandIn } from './grpc-stand-in.js';
import { SiteItems, assertVersion } from './site-items.js';

/** Saved replies, tags and hours in memory. */
export class FakeLibrary {
  readonly replies = new SiteItems<adminV1.SavedReply>('saved reply');
  readonly tags = new SiteItems<adminV1.Tag>('tag');

  constructor(private readonly admin: FakeAdmin) {}

  standIn(): StandIn<typeof adminV1.LibraryServiceService> {
    return { ...this.#replies(), ...this.#csv(), ...this.#tags(), ...this.#hours() };
  }

  async putTag(siteId: string, tag: adminV1.Tag): Promise<adminV1.Tag> {
    const { version: _, ...value } = { ...tag, formerNames: [], removed: false };
    await this.admin.put('tag', siteId, tag.id, { $case: 'tag', value });
    return this.tags.put(siteId, { ...tag, version: this.admin.version('tag', siteId, tag.id) });
  }

  #replies(): StandIn<typeof adminV1.LibraryServiceService> {
    return {
      listSavedReplies: (_, { actor }) => ({ items: this.replies.of(actor) }),
      createSavedReplies: ({ items }, { actor }) => {
        const title = items.findIndex((item) => item.title === 'taken');
        if (title >= 0) {
          const message = 'There is a saved reply with this title.';
          const fields = [{ path: `items.${title}.title`, code: 'already_exists', message }];
          throw appError('ALREADY_EXISTS', message, { fields });
        }
        return {
          items: items.map((item) =>
            this.replies.put(actor.siteId ?? '', { ...item, id: randomUUID(), version: 1, updatedAt: new Date(0) }),
          ),
        };
      },
      updateSavedReply: ({ id, version, content }, { actor }) => {
        const before = this.replies.get(actor, id);
        assertVersion(version, before.version);
        const item = { ...before, ...content, version: before.version + 1 };
        return { item: this.replies.put(actor.siteId ?? '', item) };
      },
      deleteSavedReplies: ({ ids }, { actor }) => {
        for (const id of ids) this.replies.remove(actor, id);
        return {};
      },
      orderSavedReplies: ({ ids }, { actor }) => {
        for (const id of ids) this.replies.get(actor, id);
        return {};
      },
    };
  }

  #csv(): StandIn<typeof adminV1.LibraryServiceService> {
    return {
      importSavedReplies: ({ csv, dryRun }) => ({
        added: dryRun ? 0 : Buffer.from(csv).toString('utf8').trim().split('\n').length - 1,
        skipped: 1,
        problems: [{ line: 3, message: 'The title is missing.' }],
      }),
      exportSavedReplies: () => ({ csv: Buffer.from('title,text\nПривет,Hello\n') }),
    };
  }

  #tags(): StandIn<typeof adminV1.LibraryServiceService> {
    return {
      listTags: (_, { actor }) => ({ items: this.tags.of(actor) }),
      createTag: async ({ name, color }, { actor }) => {
        const tag = { id: randomUUID(), version: 1, name, color: color || '#0b6070' };
        return { tag: await this.putTag(actor.siteId ?? '', tag) };
      },
      updateTag: async ({ id, version, name, color }, { actor }) => {
        const before = this.tags.get(actor, id);
        assertVersion(version, before.version);
        const tag = { ...before, name: name ?? before.name, color: color ?? before.color };
        return { tag: await this.putTag(actor.siteId ?? '', tag) };
      },
      mergeTags: ({ id, intoId }, { actor }) => {
        const into = this.tags.get(actor, intoId);
        this.tags.remove(actor, id);
        return { tag: into };
      },
      deleteTag: ({ id }, { actor }) => {
        this.tags.remove(actor, id);
        return {};
      },
    };
  }

  #hours(): StandIn<typeof adminV1.LibraryServiceService> {
    const of = (siteId = ''): settingsV1.HoursSettings => {
      const value = this.admin.settings.get(`hours:${siteId}:${siteId}`)?.value;
      return value?.$case === 'hours'
        ? value.value
        : { timezone: 'Europe/Moscow', days: [], holidays: [], enabled: false };
    };
    const version = (siteId = ''): number => this.admin.version('hours', siteId, siteId);
    return {
      getHours: (_, { actor }) => ({ hours: of(actor.siteId), version: version(actor.siteId) }),
      updateHours: async ({ hours, version: given }, { actor }) => {
        const { siteId = '' } = actor;
        assertVersion(given, version(siteId));
        if (hours) await this.admin.put('hours', siteId, siteId, { $case: 'hours', value: hours });
        return { hours: of(siteId), version: version(siteId) };
      },
      listCountryHolidays: ({ year }) => ({ holidays: [{ date: `${year}-01-01`, name: 'New Year', intervals: [] }] }),
      listHolidayCountries: () => ({ items: [{ code: 'RU', name: 'Russia' }] }),
    };
  }
}
