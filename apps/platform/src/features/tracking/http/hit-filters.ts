// Reads the filters of the searches for opens and clicks. Names are matched in any case and without underscores, because
// clients write them in several ways. Source: Postmark's Messages API; dates are those of its Python client, `readerclass`
// and `repeated` are ours.

import { type Static, Type } from 'typebox';
import { readFromDate, readToDate } from '../../../edges/http-api/dates.ts';
import { pagingQuery, readPaging } from '../../../edges/http-api/paging.ts';
import { Refusal } from '../../../refusals.ts';
import { platformNames, readerClasses } from '../reading.ts';
import type { HitFilters } from '../search-hits.ts';
import { wireReaderClasses } from '../wire-reading.ts';

const text = (description?: string) => Type.Optional(Type.String(description === undefined ? {} : { description }));

export const hitPagingQuery = Type.Object(pagingQuery);

export const hitFilterQuery = Type.Object({
  ...pagingQuery,
  recipient: text('Any of To, Cc and Bcc.'),
  tag: text(),
  client_name: text('Such as Outlook 2010.'),
  client_company: text(),
  client_family: text(),
  os_name: text(),
  os_family: text(),
  os_company: text(),
  platform: text('WebMail, Desktop, Mobile or Unknown.'),
  country: text('Name or ISO code.'),
  region: text('Name or ISO code.'),
  city: text(),
  messagestream: text('The stream; `outbound` when absent.'),
  fromdate: text('US Eastern time, inclusive.'),
  todate: text('US Eastern time, inclusive.'),
  readerclass: text('Human, ApplePrivacyProxy, GmailProxy, OtherProxy, Scanner or Prefetch (extension).'),
  repeated: text('true shows repeated ones too (extension).'),
});

type Query = Static<typeof hitFilterQuery>;

function invalid(message: string): Refusal {
  return new Refusal('message_search_invalid', message);
}

/** @throws Refusal 700. */
export function readHitPage(query: { count?: string; offset?: string }): { count: number; offset: number } {
  const paging = readPaging(query);
  if (paging.kind === 'refused') throw invalid(paging.text);
  return paging;
}

/** @throws Refusal 700. */
export function readHitFilters(query: Query): HitFilters & { streamId: string } {
  const client = present({ name: query.client_name, company: query.client_company, family: query.client_family });
  const os = present({ name: query.os_name, company: query.os_company, family: query.os_family });
  return {
    streamId: query.messagestream ?? 'outbound',
    ...present({ recipient: query.recipient, tag: query.tag }),
    ...present({ country: query.country, region: query.region, city: query.city }),
    ...present({
      platform: readChoice('platform', query.platform, platformNames, name => name),
      readerClass: readChoice('readerclass', query.readerclass, readerClasses, name => wireReaderClasses[name]),
      from: readDate('fromdate', query.fromdate, readFromDate),
      to: readDate('todate', query.todate, readToDate),
    }),
    ...(Object.keys(client).length > 0 ? { client } : {}),
    ...(Object.keys(os).length > 0 ? { os } : {}),
    includesRepeated: query.repeated?.toLowerCase() === 'true',
  };
}

type Present<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** Without what is absent. */
function present<T extends object>(values: T): Present<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Present<T>;
}

function readChoice<T extends string>(
  name: string,
  value: string | undefined,
  choices: readonly T[],
  wordOf: (choice: T) => string,
): T | undefined {
  if (value === undefined) return undefined;
  const choice = choices.find(known => wordOf(known).toLowerCase() === value.toLowerCase());
  if (choice !== undefined) return choice;
  throw invalid(`The '${name}' parameter '${value}' is not one of ${choices.map(wordOf).join(', ')}.`);
}

function readDate(name: string, value: string | undefined, read: (text: string) => Date | undefined): Date | undefined {
  if (value === undefined) return undefined;
  const date = read(value);
  if (!date) throw invalid(`The '${name}' parameter '${value}' is not a date.`);
  return date;
}
