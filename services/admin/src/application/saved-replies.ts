import { LIMITS } from '@beseda/api';
import type { OperatorActor, SiteScope } from '@beseda/auth';
import { hasRole } from '@beseda/auth';
import { AppError, type FieldError, appError } from '@beseda/errors';
import { Injectable } from '@nestjs/common';
import { v7 } from 'uuid';
import {
  type Audience,
  type Librarian,
  MAX_PERSONAL,
  type SavedReply,
  type SavedReplyContent,
  assertMayManage,
  inOrder,
  mayManage,
  mayUse,
  sameContent,
  savedReplyErrors,
  shownReply,
} from '../domain/saved-reply.js';
import type { Team } from '../domain/team.js';
import { staleVersion } from '../domain/versions.js';
import { SavedRepliesRepository } from '../infrastructure/mongo/saved-replies.repository.js';
import { TeamsRepository } from '../infrastructure/mongo/teams.repository.js';
import { Audit } from './audit.js';

const COLLECTION = 'saved_replies';

/** The saved replies of a site: who may use them, and who may change them. */
@Injectable()
export class SavedReplies {
  constructor(
    private readonly replies: SavedRepliesRepository,
    private readonly teams: TeamsRepository,
    private readonly audit: Audit,
  ) {}

  /** What the caller may use. @param manage all that the caller may change instead; administrators only */
  async list(actor: OperatorActor, scope: SiteScope, manage: boolean): Promise<SavedReply[]> {
    const { librarian } = await this.caller(actor, scope);
    if (manage && !librarian.manages) {
      throw appError('PERMISSION_DENIED', 'Only an administrator manages saved replies.');
    }
    return this.listFor(librarian, scope, manage ? mayManage : mayUse);
  }

  async listFor(
    librarian: Librarian,
    scope: SiteScope,
    may: (librarian: Librarian, audience: Audience) => boolean,
  ): Promise<SavedReply[]> {
    const [all, { ids }] = await Promise.all([this.replies.ofSite(scope), this.replies.order(scope)]);
    return inOrder(
      all.filter(({ audience }) => may(librarian, audience)),
      ids,
    );
  }

  /** Makes several, all or none, at the end. */
  async create(actor: OperatorActor, scope: SiteScope, contents: readonly SavedReplyContent[]): Promise<SavedReply[]> {
    const { librarian, teams } = await this.caller(actor, scope);
    const checked = contents.map((content, index) => checkedContent(librarian, teams, content, `items.${index}.`));
    return this.insert(actor, scope, checked);
  }

  /** Stores what was checked. */
  async insert(actor: OperatorActor, scope: SiteScope, contents: readonly SavedReplyContent[]): Promise<SavedReply[]> {
    const updatedAt = new Date();
    const made = contents.map((content) => ({ ...content, id: v7(), version: 1, updatedAt }));
    const [first] = made;
    if (!first) return [];
    const personal = made.filter(({ audience }) => audience.kind === 'personal').length;
    if ((await this.replies.count(scope)) + made.length > LIMITS.replies)
      throw tooMany(LIMITS.replies, 'saved replies');
    if (personal > 0 && (await this.replies.countPersonal(scope, actor.id)) + personal > MAX_PERSONAL) {
      throw tooMany(MAX_PERSONAL, 'personal saved replies');
    }
    const after = shownAll(made);
    return this.audit.change(
      {
        ...{ siteId: scope.siteId, actor, action: 'saved_reply.created', subject: 'saved_reply', subjectId: first.id },
        ...{ subjectName: nameOf(first), after },
      },
      async () => {
        await this.replies.insert(scope, made);
        // Somebody may have done the same at the same moment: then there is room for neither.
        if ((await this.replies.count(scope)) > LIMITS.replies) {
          const ids = made.map(({ id }) => id);
          await this.replies.takeBack(scope, ids);
          throw tooMany(LIMITS.replies, 'saved replies');
        }
        return { result: made };
      },
      { collection: COLLECTION, id: first.id, version: 0 },
    );
  }

  /**
   * @param which with the version the change was made to; 0: whatever it is now
   * @throws AppError ABORTED when it was changed meanwhile
   */
  async update(
    actor: OperatorActor,
    scope: SiteScope,
    which: { id: string; version: number },
    given: SavedReplyContent,
  ): Promise<SavedReply> {
    const { id, version } = which;
    const { librarian, teams } = await this.caller(actor, scope);
    const reply = await this.#visible(scope, librarian, id);
    assertMayManage(librarian, reply.audience);
    const content = checkedContent(librarian, teams, given, '', reply.audience);
    if (sameContent(reply, content)) return reply;
    if (version !== 0 && reply.version !== version) throw staleVersion();
    return this.audit.change(
      {
        ...{ siteId: scope.siteId, actor, action: 'saved_reply.updated', subject: 'saved_reply', subjectId: id },
        ...{ subjectName: nameOf({ ...reply, ...content }), before: shownReply(reply) },
        after: shownReply({ ...content, version: reply.version + 1 }),
      },
      async () => {
        const stored = await this.replies.replace(scope, librarian, reply, content);
        if (!stored) throw staleVersion();
        return { result: stored };
      },
      { collection: COLLECTION, id, version: reply.version },
    );
  }

  /** Deletes what the caller may; what is gone already is no error. */
  async delete(actor: OperatorActor, scope: SiteScope, ids: readonly string[]): Promise<void> {
    const { librarian } = await this.caller(actor, scope);
    const all = new Map((await this.replies.ofSite(scope)).map((reply) => [reply.id, reply]));
    const wanted = [...new Set(ids)]
      .flatMap((id) => all.get(id) ?? [])
      // Of another's personal ones nobody learns that they are there.
      .filter(({ audience }) => mayManage(librarian, audience) || audience.kind !== 'personal');
    for (const { audience } of wanted) assertMayManage(librarian, audience);
    const [first] = wanted;
    if (!first) return;
    const { id, version } = first;
    const before = shownAll(wanted);
    await this.audit.change(
      {
        ...{ siteId: scope.siteId, actor, action: 'saved_reply.deleted', subject: 'saved_reply', subjectId: id },
        ...{ subjectName: nameOf(first), before },
      },
      async () => ({
        result: await this.replies.delete(
          scope,
          librarian,
          wanted.map((reply) => reply.id),
        ),
      }),
      { collection: COLLECTION, id, version },
    );
  }

  /** Puts replies of one folder in an order. */
  async order(actor: OperatorActor, scope: SiteScope, ids: readonly string[]): Promise<void> {
    const { librarian } = await this.caller(actor, scope);
    const all = await this.replies.ofSite(scope);
    const byId = new Map(all.map((reply) => [reply.id, reply]));
    const moved = ids.map((id) => byId.get(id));
    const errors: FieldError[] = moved.flatMap((reply, index) => {
      const error = (code: string, message: string): FieldError => ({ path: `ids.${index}`, code, message });
      if (!reply || !mayManage(librarian, reply.audience)) return error('not_found', 'There is no such saved reply.');
      if (reply.folder !== moved[0]?.folder) return error('invalid_value', 'It is in another folder.');
      return [];
    });
    if (errors.length > 0) throw fieldErrors(errors);
    const titles = (replies: readonly SavedReply[]): string[] => replies.map(nameOf);
    const inIt = new Set(ids);
    const { ids: known } = await this.replies.order(scope);
    const before = titles(inOrder(all, known).filter(({ id }) => inIt.has(id)));
    const after = titles(moved.filter((reply) => reply !== undefined));
    const about = { siteId: scope.siteId, actor, action: 'saved_reply.ordered', subject: 'saved_reply' };
    const folder = moved[0]?.folder ?? '';
    await this.audit.change(
      { ...about, subjectId: '', subjectName: folder, before: { order: before }, after: { order: after } },
      async () => ({ result: await this.replies.reorder(scope, [...inIt], new Set(byId.keys())) }),
    );
  }

  /** Who calls, and the teams of the site. */
  async caller(actor: OperatorActor, scope: SiteScope): Promise<{ librarian: Librarian; teams: Team[] }> {
    const teams = await this.teams.ofSite(scope);
    const teamIds = teams.filter(({ operatorIds }) => operatorIds.includes(actor.id)).map(({ id }) => id);
    return { librarian: { operatorId: actor.id, manages: hasRole(actor.role, 'admin'), teamIds }, teams };
  }

  /** @throws AppError NOT_FOUND for what the caller neither uses nor manages, as for what there is not */
  async #visible(scope: SiteScope, librarian: Librarian, id: string): Promise<SavedReply> {
    const reply = await this.replies.find(scope, id);
    if (reply && (mayUse(librarian, reply.audience) || mayManage(librarian, reply.audience))) return reply;
    throw appError('NOT_FOUND', 'There is no such saved reply.');
  }
}

/** A personal one is nobody else's business, by its title neither. */
const nameOf = ({ title, audience }: Pick<SavedReplyContent, 'title' | 'audience'>): string =>
  audience.kind === 'personal' ? '' : title;

/** Several in the log: how many, and which. */
const shownAll = (replies: readonly SavedReply[]): object => {
  const [first] = replies;
  return first && replies.length === 1 ? shownReply(first) : { count: replies.length, titles: replies.map(nameOf) };
};

const tooMany = (max: number, what: string): AppError => {
  const message = `There may be at most ${max} ${what}.`;
  return appError('FAILED_PRECONDITION', message, { fields: [{ path: 'items', code: 'too_many', message }] });
};

const fieldErrors = (fields: FieldError[]): AppError =>
  appError('INVALID_ARGUMENT', fields.map(({ path, message }) => `${path}: ${message}`).join('; '), { fields });

/**
 * A reply as it may be stored: its owner is the caller, its team is one of the site.
 * @param was the audience so far: a team that is gone meanwhile may stay
 */
export function checkedContent(
  librarian: Librarian,
  teams: readonly Team[],
  content: SavedReplyContent,
  prefix = '',
  was?: Audience,
): SavedReplyContent {
  const { kind, teamId, operatorId = librarian.operatorId } = content.audience;
  const audience: Audience = {
    kind,
    ...(kind === 'team' && teamId !== undefined ? { teamId } : {}),
    ...(kind === 'personal' ? { operatorId } : {}),
  };
  assertMayManage(librarian, audience);
  const errors = savedReplyErrors(content);
  const kept = was?.kind === 'team' && was.teamId === teamId;
  if (kind === 'team' && !kept && !teams.some(({ id }) => id === teamId)) {
    const code = teamId === undefined ? 'required' : 'not_found';
    errors.push({ path: 'audience.teamId', code, message: 'There is no such team.' });
  }
  if (errors.length > 0) throw fieldErrors(errors.map((error) => ({ ...error, path: `${prefix}${error.path}` })));
  return { ...content, audience };
}
