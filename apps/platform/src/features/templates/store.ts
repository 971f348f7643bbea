// Every SQL statement on templates.

import type { Queryable, Tx } from '@pennyblack/runtime/database/database.ts';
import { empty, type Sql, sql } from '@pennyblack/runtime/database/sql.ts';
import type { PushableTemplate } from './push-rules.ts';
import type { Template, TemplateKey, TemplateParts, TemplateSummary, TemplateType } from './template.ts';

/** Everything that adds to a server's templates or changes them takes its turn here: aliases, layouts and the limit are looked at first. */
export async function lockTemplatesOfServer(tx: Tx, serverId: number): Promise<void> {
  await tx.query`select pg_advisory_xact_lock(hashtextextended('pennyblack templates', ${serverId}))`;
}

const summaryColumns = sql`
  template.template_id as "templateId", template.name, template.alias, template.template_type as "templateType",
  layout.alias as "layoutAlias", template.deleted_at is null as "isActive"`;

const columns = sql`
  ${summaryColumns}, template.server_id as "serverId", template.layout_template_id as "layoutTemplateId",
  template.subject, template.html_body as "htmlBody", template.text_body as "textBody"`;

const withLayout = sql`
  from templates template
  left join templates layout
    on layout.server_id = template.server_id and layout.template_id = template.layout_template_id`;

export type TemplateFilter = { templateType: TemplateType | undefined; layoutAlias: string | undefined };

function ofServer(serverId: number, { templateType, layoutAlias }: TemplateFilter): Sql {
  const ofType = templateType === undefined ? empty : sql`and template.template_type = ${templateType}`;
  const ofLayout = layoutAlias === undefined ? empty : sql`and lower(layout.alias) = lower(${layoutAlias})`;
  return sql`template.server_id = ${serverId} and template.deleted_at is null ${ofType} ${ofLayout}`;
}

/** Newest first. */
export async function listTemplateSummaries(
  db: Queryable,
  serverId: number,
  filter: TemplateFilter,
  page: { count: number; offset: number },
): Promise<TemplateSummary[]> {
  return db.query<TemplateSummary>`
    select ${summaryColumns} ${withLayout}
    where ${ofServer(serverId, filter)}
    order by template.template_id desc
    limit ${page.count} offset ${page.offset}`;
}

export async function countTemplates(db: Queryable, serverId: number, filter: TemplateFilter): Promise<number> {
  const rows = await db.query<{ count: number }>`
    select count(*)::int as count ${withLayout} where ${ofServer(serverId, filter)}`;
  return rows[0]?.count ?? 0;
}

/** Layouts first, each kind oldest first. Contents stay where they are: a server may have a gigabyte of them. */
export async function listPushableTemplates(db: Queryable, serverId: number): Promise<PushableTemplate[]> {
  return db.query<PushableTemplate>`
    select template.template_id as "templateId", template.name, template.alias,
           template.template_type as "templateType", layout.alias as "layoutAlias",
           encode(sha256(convert_to(jsonb_build_array(
             template.name, template.subject, template.html_body, template.text_body)::text, 'UTF8')), 'hex')
             as "contentHash"
    ${withLayout}
    where template.server_id = ${serverId} and template.deleted_at is null
    order by template.template_type, template.template_id`;
}

export type TemplateCopy = {
  source: { serverId: number; templateId: number };
  destination: { serverId: number; templateId: number; layoutTemplateId: number | null };
};

export async function insertCopy(tx: Tx, { source, destination }: TemplateCopy, now: Date): Promise<void> {
  await tx.query`
    insert into templates (server_id, template_id, name, alias, template_type, layout_template_id, subject, html_body,
                           text_body, created_at)
    select ${destination.serverId}, ${destination.templateId}, name, alias, template_type,
           ${destination.layoutTemplateId}, subject, html_body, text_body, ${now}
    from templates
    where server_id = ${source.serverId} and template_id = ${source.templateId}`;
}

export async function overwriteWithCopy(tx: Tx, { source, destination }: TemplateCopy, now: Date): Promise<void> {
  await tx.query`
    update templates target
    set name = origin.name, alias = origin.alias, layout_template_id = ${destination.layoutTemplateId},
        subject = origin.subject, html_body = origin.html_body, text_body = origin.text_body, updated_at = ${now}
    from templates origin
    where target.server_id = ${destination.serverId} and target.template_id = ${destination.templateId}
      and origin.server_id = ${source.serverId} and origin.template_id = ${source.templateId}`;
}

/** By id also a deleted one. */
export async function findTemplate(db: Queryable, serverId: number, key: TemplateKey): Promise<Template | undefined> {
  const named =
    key.kind === 'id'
      ? sql`template.template_id = ${key.templateId}`
      : sql`lower(template.alias) = lower(${key.alias}) and template.deleted_at is null`;
  const rows = await db.query<Template>`
    select ${columns} ${withLayout} where template.server_id = ${serverId} and ${named}`;
  return rows[0];
}

export async function nextTemplateId(tx: Tx): Promise<number> {
  const rows = await tx.query<{ templateId: number }>`select nextval('template_numbers') as "templateId"`;
  return rows[0]?.templateId ?? 0;
}

export type TemplateRow = TemplateParts & {
  name: string;
  alias: string | null;
  templateType: TemplateType;
  layoutTemplateId: number | null;
};

export async function insertTemplate(
  tx: Tx,
  serverId: number,
  templateId: number,
  row: TemplateRow,
  now: Date,
): Promise<void> {
  await tx.query`
    insert into templates (server_id, template_id, name, alias, template_type, layout_template_id, subject, html_body,
                           text_body, created_at)
    values (${serverId}, ${templateId}, ${row.name}, ${row.alias}, ${row.templateType}, ${row.layoutTemplateId},
            ${row.subject}, ${row.htmlBody}, ${row.textBody}, ${now})`;
}

export async function updateTemplate(
  tx: Tx,
  serverId: number,
  templateId: number,
  row: Omit<TemplateRow, 'templateType'>,
  now: Date,
): Promise<void> {
  await tx.query`
    update templates
    set name = ${row.name}, alias = ${row.alias}, layout_template_id = ${row.layoutTemplateId},
        subject = ${row.subject}, html_body = ${row.htmlBody}, text_body = ${row.textBody}, updated_at = ${now}
    where server_id = ${serverId} and template_id = ${templateId}`;
}

export async function countDependents(tx: Tx, serverId: number, layoutTemplateId: number): Promise<number> {
  const rows = await tx.query<{ count: number }>`
    select count(*)::int as count from templates
    where server_id = ${serverId} and layout_template_id = ${layoutTemplateId} and deleted_at is null`;
  return rows[0]?.count ?? 0;
}

export async function markDeleted(tx: Tx, serverId: number, templateId: number, now: Date): Promise<void> {
  await tx.query`
    update templates set deleted_at = ${now} where server_id = ${serverId} and template_id = ${templateId}`;
}

/** Answers how many went: fewer than `rowsMax` when none is left. */
export async function deleteDeletedBefore(db: Queryable, before: Date, rowsMax: number): Promise<number> {
  const rows = await db.query`
    delete from templates
    where (server_id, template_id) in (
      select server_id, template_id from templates where deleted_at < ${before} limit ${rowsMax} for update skip locked)
    returning 1`;
  return rows.length;
}

export type SendableSource = TemplateParts & {
  templateId: number;
  templateType: TemplateType;
  layoutHtmlBody: string | null;
  layoutTextBody: string | null;
};

/** A template with the bodies of its layout, in one statement. Deleted ones are not found. */
export async function findSendableSource(
  db: Queryable,
  serverId: number,
  key: TemplateKey,
): Promise<SendableSource | undefined> {
  const named =
    key.kind === 'id'
      ? sql`template.template_id = ${key.templateId}`
      : sql`lower(template.alias) = lower(${key.alias})`;
  const rows = await db.query<SendableSource>`
    select template.template_id as "templateId", template.template_type as "templateType", template.subject,
           template.html_body as "htmlBody", template.text_body as "textBody",
           layout.html_body as "layoutHtmlBody", layout.text_body as "layoutTextBody"
    ${withLayout}
    where template.server_id = ${serverId} and ${named} and template.deleted_at is null`;
  return rows[0];
}

export async function notifyTemplateChange(tx: Tx, channel: string, serverId: number): Promise<void> {
  await tx.query`select pg_notify(${channel}, ${String(serverId)})`;
}
