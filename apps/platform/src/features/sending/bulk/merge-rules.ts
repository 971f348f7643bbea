// Makes one message of what a request and one of its entries say. Pure. The entry's own words win over the shared ones
// of the same name, in whatever case. Source: Postmark's Bulk API.

import type { RenderedContent } from '../../templates/render-for-sending.ts';
import type { SendRequest } from '../send-request.ts';
import type { BulkEntry, SharedFields } from './bulk-request.ts';

export function mergeMetadata(
  shared: Readonly<Record<string, string>>,
  own: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  const ownNames = Object.keys(own);
  if (ownNames.length === 0) return shared;
  const taken = new Set(ownNames.map(name => name.toLowerCase()));
  const kept = Object.entries(shared).filter(([name]) => !taken.has(name.toLowerCase()));
  return Object.fromEntries([...kept, ...Object.entries(own)]);
}

export function mergeHeaders(shared: SendRequest['headers'], own: BulkEntry['headers']): SendRequest['headers'] {
  if (own.length === 0) return shared;
  const taken = new Set(own.map(header => header.name.trim().toLowerCase()));
  return [...shared.filter(header => !taken.has(header.name.trim().toLowerCase())), ...own];
}

export function requestOfEntry(shared: SharedFields, entry: BulkEntry, content: RenderedContent): SendRequest {
  return {
    ...shared,
    ...content,
    to: entry.to,
    cc: entry.cc,
    bcc: entry.bcc,
    metadata: mergeMetadata(shared.metadata, entry.metadata),
    headers: mergeHeaders(shared.headers, entry.headers),
  };
}
