// Every SQL statement on opens, clicks and blocked_links. Opens and clicks are partitioned by message id, so every
// statement on them carries lower and upper bounds of it.

import type { Queryable, Tx } from '@pennyblack/runtime/database/database.ts';
import { empty, join, raw, type Sql, sql } from '@pennyblack/runtime/database/sql.ts';
import type { HitKind, PlatformName, ReaderClass, Reading } from './reading.ts';

type RecipientKey = { serverId: number; messageId: string; recipientNumber: number };

export type KnownHitsRow = RecipientKey & {
  link: string | null;
  count: number;
  hasHuman: boolean;
  knownIds: string[] | null;
};

const knownText = (table: 'opens' | 'clicks', link: string, groups: string) => `
  select server_id as "serverId", message_id as "messageId", recipient_number as "recipientNumber", ${link} as link,
         count(*)::int as count, bool_or(is_first_human) as "hasHuman",
         array_agg(hit_id) filter (where hit_id = any ($4::uuid[])) as "knownIds"
  from ${table}
  where (server_id, message_id, recipient_number) in (select * from unnest($1::bigint[], $2::uuid[], $3::smallint[]))
    and message_id >= $5 and message_id <= $6
  group by ${groups}`;

const knownTexts: Readonly<Record<HitKind, { name: string; text: string }>> = {
  open: { name: 'find_known_opens', text: knownText('opens', 'null::text', '1, 2, 3') },
  click: { name: 'find_known_clicks', text: knownText('clicks', 'original_link', '1, 2, 3, 4') },
};

/** `recipients` is not empty and holds each only once. */
export async function findKnownHits(
  tx: Tx,
  kind: HitKind,
  recipients: readonly RecipientKey[],
  hitIds: readonly string[],
): Promise<KnownHitsRow[]> {
  const ids = recipients.map(recipient => recipient.messageId).toSorted();
  return tx.prepared<KnownHitsRow>(knownTexts[kind].name, knownTexts[kind].text, [
    recipients.map(recipient => recipient.serverId),
    recipients.map(recipient => recipient.messageId),
    recipients.map(recipient => recipient.recipientNumber),
    hitIds,
    ids[0],
    ids.at(-1),
  ]);
}

export type NewHitRow = RecipientKey & {
  hitId: string;
  streamId: string;
  at: Date;
  isFirst: boolean;
  readerClass: ReaderClass;
  isFirstHuman: boolean;
  tag: string | null;
  reading: Reading;
};

function commonColumns(rows: readonly NewHitRow[]): unknown[] {
  return [
    rows.map(row => row.serverId),
    rows.map(row => row.messageId),
    rows.map(row => row.hitId),
    rows.map(row => row.recipientNumber),
    rows.map(row => row.streamId),
    rows.map(row => row.at),
    rows.map(row => row.isFirst),
    rows.map(row => row.readerClass),
    rows.map(row => row.isFirstHuman),
    rows.map(row => row.tag),
    rows.map(row => JSON.stringify(row.reading)),
  ];
}

const commonTypes = `$1::bigint[], $2::uuid[], $3::uuid[], $4::smallint[], $5::text[], $6::timestamptz[], $7::boolean[],
    $8::text[], $9::boolean[], $10::text[], $11::jsonb[]`;

const insertOpensText = `
  insert into opens (server_id, message_id, hit_id, recipient_number, stream_id, opened_at, is_first, reader_class,
                     is_first_human, tag, reading)
  select * from unnest(${commonTypes})`;

export async function insertOpens(tx: Tx, rows: readonly NewHitRow[]): Promise<void> {
  if (rows.length > 0) await tx.prepared('insert_opens', insertOpensText, commonColumns(rows));
}

const insertClicksText = `
  insert into clicks (server_id, message_id, hit_id, recipient_number, stream_id, clicked_at, is_first, reader_class,
                      is_first_human, tag, reading, original_link, click_location)
  select * from unnest(${commonTypes}, $12::text[], $13::text[])`;

export type NewClickRow = NewHitRow & { originalLink: string; location: 'HTML' | 'Text' };

export async function insertClicks(tx: Tx, rows: readonly NewClickRow[]): Promise<void> {
  if (rows.length === 0) return;
  await tx.prepared('insert_clicks', insertClicksText, [
    ...commonColumns(rows),
    rows.map(row => row.originalLink),
    rows.map(row => row.location),
  ]);
}

/** What a search names; all of it must fit. Texts are compared in any case. */
export type HitSearch = {
  serverId: number;
  streamId?: string;
  messageId?: string;
  recipientKey?: string;
  tag?: string;
  client?: Partial<Record<'name' | 'company' | 'family', string>>;
  os?: Partial<Record<'name' | 'company' | 'family', string>>;
  platform?: PlatformName;
  country?: string;
  region?: string;
  city?: string;
  readerClass?: ReaderClass;
  /** First moment that is in, first moment that is out. */
  from?: Date;
  to?: Date;
  /** Bounds of the message's id: from the oldest that is kept to the newest that can have been read. */
  lowerId: string;
  upperId: string;
  includesRepeated: boolean;
};

export type FoundHit = {
  messageId: string;
  recipientNumber: number;
  recipient: string;
  streamId: string;
  at: Date;
  isFirst: boolean;
  readerClass: ReaderClass;
  tag: string | null;
  reading: Reading;
  originalLink: string | null;
  location: 'HTML' | 'Text' | null;
};

const tables: Readonly<Record<HitKind, { table: Sql; at: Sql; ofLink: Sql }>> = {
  open: {
    table: raw('opens'),
    at: raw('opened_at'),
    ofLink: raw('null::text as "originalLink", null::text as location'),
  },
  click: {
    table: raw('clicks'),
    at: raw('clicked_at'),
    ofLink: raw('h.original_link as "originalLink", h.click_location as location'),
  },
};

function conditionsOf(kind: HitKind, search: HitSearch): Sql {
  const at = sql`h.${tables[kind].at}`;
  const conditions = [
    sql`h.server_id = ${search.serverId} and h.message_id >= ${search.lowerId} and h.message_id <= ${search.upperId}`,
  ];
  const also = (condition: Sql) => void conditions.push(condition);
  if (!search.includesRepeated) also(sql`h.is_first`);
  if (search.streamId !== undefined) also(sql`h.stream_id = ${search.streamId}`);
  if (search.messageId !== undefined) also(sql`h.message_id = ${search.messageId}`);
  if (search.tag !== undefined) also(sql`lower(h.tag) = lower(${search.tag})`);
  if (search.readerClass !== undefined) also(sql`h.reader_class = ${search.readerClass}`);
  if (search.from !== undefined) also(sql`${at} >= ${search.from}`);
  if (search.to !== undefined) also(sql`${at} < ${search.to}`);
  if (search.platform !== undefined) also(sql`h.reading->>'platform' = ${search.platform}`);
  for (const program of ['client', 'os'] as const) {
    for (const part of ['name', 'company', 'family'] as const) {
      const wanted = search[program]?.[part];
      // What is not known is shown as "unknown", so that is how it is asked for.
      if (wanted !== undefined)
        also(
          sql`coalesce(nullif(lower(h.reading->${program}::text->>${part}::text), ''), 'unknown') = lower(${wanted})`,
        );
    }
  }
  if (search.country !== undefined)
    also(
      sql`lower(${search.country}) in (lower(h.reading->'geo'->>'country'), lower(h.reading->'geo'->>'countryIsoCode'))`,
    );
  if (search.region !== undefined)
    also(
      sql`lower(${search.region}) in (lower(h.reading->'geo'->>'region'), lower(h.reading->'geo'->>'regionIsoCode'))`,
    );
  if (search.city !== undefined) also(sql`lower(h.reading->'geo'->>'city') = lower(${search.city})`);
  if (search.recipientKey !== undefined) also(sql`r.address_key = ${search.recipientKey}`);
  return join(conditions, ' and ');
}

/** Addresses stand with the message, so that erasing them there is enough. */
function withRecipients(search: Pick<HitSearch, 'lowerId' | 'upperId'>): Sql {
  return sql`
    join message_recipients r on r.server_id = h.server_id and r.message_id = h.message_id
      and r.recipient_number = h.recipient_number
      and r.message_id >= ${search.lowerId} and r.message_id <= ${search.upperId}`;
}

/** Newest first. */
export async function searchHits(
  db: Queryable,
  kind: HitKind,
  search: HitSearch,
  page: { count: number; offset: number },
): Promise<FoundHit[]> {
  const { table, at, ofLink } = tables[kind];
  return db.query<FoundHit>`
    select h.message_id as "messageId", h.recipient_number as "recipientNumber", r.address as recipient,
           h.stream_id as "streamId", h.${at} as at, h.is_first as "isFirst", h.reader_class as "readerClass", h.tag,
           h.reading, ${ofLink}
    from ${table} h ${withRecipients(search)}
    where ${conditionsOf(kind, search)}
    order by h.${at} desc, h.hit_id desc
    limit ${page.count} offset ${page.offset}`;
}

/**
 * `humans`: of the recipients (and links) that fit, those with a hit behind which a person is believed to be. Both end
 * at `stopAt`.
 */
export async function countHits(
  db: Queryable,
  kind: HitKind,
  search: HitSearch,
  stopAt: number,
): Promise<{ total: number; humans: number }> {
  const { table } = tables[kind];
  const recipients = search.recipientKey === undefined ? empty : withRecipients(search);
  const humans = { ...search, includesRepeated: true };
  const rows = await db.query<{ total: number; humans: number }>`
    select
      (select count(*)::int from (
        select 1 from ${table} h ${recipients} where ${conditionsOf(kind, search)} limit ${stopAt}) as found) as total,
      (select count(*)::int from (
        select 1 from ${table} h ${recipients} where ${conditionsOf(kind, humans)} and h.is_first_human
        limit ${stopAt}) as found) as humans`;
  return rows[0] ?? { total: 0, humans: 0 };
}

/** What recipients of these messages read, and with what: rows of the subject go, the rest of a message's stay. */
export async function deleteHitsOf(tx: Tx, kind: HitKind, recipients: readonly RecipientKey[]): Promise<void> {
  if (recipients.length === 0) return;
  const ids = recipients.map(recipient => recipient.messageId).toSorted();
  await tx.query`
    delete from ${tables[kind].table}
    where (server_id, message_id, recipient_number) in (
        select * from unnest(${recipients.map(row => row.serverId)}::bigint[],
          ${recipients.map(row => row.messageId)}::uuid[], ${recipients.map(row => row.recipientNumber)}::smallint[]))
      and message_id >= ${ids[0]} and message_id <= ${ids.at(-1)}`;
}

export type HitText = { serverId: number; messageId: string; hitId: string; tag: string | null; link: string | null };

/** `messages` is not empty. What hits of its other recipients say in words. */
export async function listHitTexts(
  tx: Tx,
  kind: HitKind,
  messages: readonly { serverId: number; messageId: string }[],
): Promise<HitText[]> {
  const ids = messages.map(message => message.messageId).toSorted();
  const link = kind === 'click' ? sql`original_link` : sql`null::text`;
  return tx.query<HitText>`
    select server_id as "serverId", message_id as "messageId", hit_id as "hitId", tag, ${link} as link
    from ${tables[kind].table}
    where (server_id, message_id) in (
        select * from unnest(${messages.map(row => row.serverId)}::bigint[], ${messages.map(row => row.messageId)}::uuid[]))
      and message_id >= ${ids[0]} and message_id <= ${ids.at(-1)}`;
}

export async function updateHitTexts(tx: Tx, kind: HitKind, rows: readonly HitText[]): Promise<void> {
  if (rows.length === 0) return;
  const ids = rows.map(row => row.messageId).toSorted();
  const link = kind === 'click' ? sql`, original_link = changed.link` : empty;
  await tx.query`
    update ${tables[kind].table} as h
    set tag = changed.tag ${link}
    from unnest(${rows.map(row => row.serverId)}::bigint[], ${rows.map(row => row.messageId)}::uuid[],
                ${rows.map(row => row.hitId)}::uuid[], ${rows.map(row => row.tag)}::text[],
                ${rows.map(row => row.link)}::text[]) as changed (server_id, message_id, hit_id, tag, link)
    where h.server_id = changed.server_id and h.message_id = changed.message_id and h.hit_id = changed.hit_id
      and h.message_id >= ${ids[0]} and h.message_id <= ${ids.at(-1)}`;
}

export type BlockedLinkKind = 'domain' | 'server' | 'message';
export type BlockedLink = { kind: BlockedLinkKind; value: string; reason: string; createdAt: Date };

export async function listBlockedLinks(db: Queryable): Promise<BlockedLink[]> {
  return db.query<BlockedLink>`
    select kind, value, reason, created_at as "createdAt" from blocked_links order by kind, value`;
}

/** The later reason stands. */
export async function insertBlockedLink(tx: Tx, blocked: BlockedLink): Promise<void> {
  await tx.query`
    insert into blocked_links (kind, value, reason, created_at)
    values (${blocked.kind}, ${blocked.value}, ${blocked.reason}, ${blocked.createdAt})
    on conflict (kind, value) do update set reason = excluded.reason`;
}

export async function deleteBlockedLink(tx: Tx, kind: BlockedLinkKind, value: string): Promise<boolean> {
  const rows = await tx.query`delete from blocked_links where kind = ${kind} and value = ${value} returning 1`;
  return rows.length > 0;
}
