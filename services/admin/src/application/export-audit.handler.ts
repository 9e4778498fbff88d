import type { OperatorActor, SiteScope } from '@beseda/auth';
import { Injectable } from '@nestjs/common';
import { stringify } from 'csv-stringify/sync';
import type { AuditFilter } from '../infrastructure/mongo/audit.repository.js';
import type { AuditDocument } from '../infrastructure/mongo/system.documents.js';
import { Audit } from './audit.js';
import { ReadAuditHandler } from './read-audit.handler.js';

/** Entries read at once. */
const BATCH = 500;
const COLUMNS = [
  'time',
  'operator',
  'operator_id',
  'address',
  'user_agent',
  'action',
  'subject',
  'subject_name',
  'subject_id',
  'path',
  'before',
  'after',
];

/** Gives a site's log away, and notes that. */
@Injectable()
export class ExportAuditHandler {
  constructor(
    private readonly log: ReadAuditHandler,
    private readonly audit: Audit,
  ) {}

  /**
   * CSV (RFC 4180, UTF-8 with a byte order mark, which Excel needs), a line for each value that changed, in pieces. Cells that
   * a spreadsheet would take for a formula begin with an apostrophe: names are chosen by people.
   */
  async *execute(scope: SiteScope, actor: OperatorActor, filter: AuditFilter): AsyncGenerator<Buffer> {
    const { siteId } = scope;
    const about = { subject: 'audit', subjectId: siteId, subjectName: '' };
    await this.audit.record({ siteId, actor, action: 'audit.exported', ...about, after: filter });
    yield csv([COLUMNS], true);
    for (let cursor: string | undefined; ;) {
      const { items, nextCursor } = await this.log.list(scope, filter, { cursor, limit: BATCH });
      if (items.length > 0) yield csv(items.flatMap(linesOf), false);
      if (nextCursor === undefined) return;
      cursor = nextCursor;
    }
  }
}

const csv = (lines: string[][], bom: boolean): Buffer =>
  Buffer.from(stringify(lines, { bom, escape_formulas: true, record_delimiter: 'windows', quoted_match: /[\r\n]/ }));

function linesOf(entry: AuditDocument): string[][] {
  const { at, operatorName, operatorId = '', address, userAgent, action, subject, subjectName, subjectId } = entry;
  const facts = [operatorName, operatorId, address, userAgent, action, subject, subjectName, subjectId];
  const changes = entry.changes.length > 0 ? entry.changes : [{ path: '', before: '', after: '' }];
  return changes.map(({ path, before, after }) => [at.toISOString(), ...facts, path, before, after]);
}
