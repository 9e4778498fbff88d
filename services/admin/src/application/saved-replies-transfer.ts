import { AUDIENCES, LIMITS } from '@beseda/api';
import type { OperatorActor, SiteScope } from '@beseda/auth';
import { AppError, appError } from '@beseda/errors';
import { Injectable } from '@nestjs/common';
import {
  type Audience,
  type Librarian,
  type SavedReplyContent,
  cleanLine,
  cleanReplyText,
  contentKey,
  mayManage,
} from '../domain/saved-reply.js';
import type { Team } from '../domain/team.js';
import { type CsvProblem, type CsvReply, readReplies, writeReplies } from '../infrastructure/csv/saved-replies-csv.js';
import { SavedReplies, checkedContent } from './saved-replies.js';

export interface ImportReport {
  added: number;
  /** The same title and text are there already. */
  skipped: number;
  /** With any of these nothing is added. */
  problems: CsvProblem[];
}

/** Saved replies as CSV, both ways. */
@Injectable()
export class SavedRepliesTransfer {
  constructor(private readonly replies: SavedReplies) {}

  /** Everything the caller manages. Files are not part of it. */
  async export(actor: OperatorActor, scope: SiteScope): Promise<Uint8Array> {
    const { librarian, teams } = await this.replies.caller(actor, scope);
    const names = new Map(teams.map(({ id, name }) => [id, name]));
    const items = await this.replies.listFor(librarian, scope, mayManage);
    return writeReplies(
      items.map(({ title, text, folder, audience }) => ({
        ...{ title, text, folder, audience: audience.kind },
        team: audience.teamId === undefined ? '' : (names.get(audience.teamId) ?? audience.teamId),
      })),
    );
  }

  /** Adds what a file holds: all of it or, where a line is wrong, nothing. @param dry only says what would happen */
  async import(actor: OperatorActor, scope: SiteScope, csv: Uint8Array, dry: boolean): Promise<ImportReport> {
    if (csv.byteLength > LIMITS.csvBytes) {
      throw appError('PAYLOAD_TOO_LARGE', `A file may have at most ${LIMITS.csvBytes} bytes.`);
    }
    const { librarian, teams } = await this.replies.caller(actor, scope);
    const existing = await this.replies.listFor(librarian, scope, mayManage);
    const known = new Set(existing.map(contentKey));
    const { rows, problems } = readReplies(csv);
    const added: SavedReplyContent[] = [];
    let skipped = 0;
    for (const { line, reply } of rows) {
      const content = contentOf(librarian, teams, reply);
      if ('problem' in content) problems.push({ line, message: content.problem });
      else if (known.has(contentKey(content))) skipped++;
      else {
        known.add(contentKey(content));
        added.push(content);
      }
    }
    if (problems.length > 0) return { added: 0, skipped: 0, problems: problems.sort((a, b) => a.line - b.line) };
    if (existing.length + added.length > LIMITS.replies) {
      const message = `There may be at most ${LIMITS.replies} saved replies; with this file there would be more.`;
      return { added: 0, skipped, problems: [{ line: 1, message }] };
    }
    if (!dry && added.length > 0) await this.replies.insert(actor, scope, added);
    return { added: added.length, skipped, problems: [] };
  }
}

/** A row as a reply, or what is wrong with it. */
function contentOf(
  librarian: Librarian,
  teams: readonly Team[],
  row: CsvReply,
): SavedReplyContent | { problem: string } {
  const audience = audienceOf(teams, row);
  if ('problem' in audience) return audience;
  const content = {
    title: cleanLine(row.title),
    text: cleanReplyText(row.text),
    folder: cleanLine(row.folder),
    audience,
    files: [],
  };
  try {
    return checkedContent(librarian, teams, content);
  } catch (error) {
    // Its refusal is about this line, and is told with the others.
    if (!(error instanceof AppError)) throw error;
    return { problem: error.fields.map(({ message }) => message).join(' ') || error.detail };
  }
}

function audienceOf(teams: readonly Team[], row: CsvReply): Audience | { problem: string } {
  const wanted = cleanLine(row.audience).toLowerCase();
  const named = cleanLine(row.team);
  const kind = AUDIENCES.find((one) => one === (wanted || 'everyone'));
  if (kind === undefined) return { problem: `The audience must be ${AUDIENCES.join(', ')}.` };
  if (kind !== 'team') return { kind };
  const team = teams.find(({ id, name }) => id === named || name.toLowerCase() === named.toLowerCase());
  return team ? { kind, teamId: team.id } : { problem: `There is no team "${named}".` };
}
