// Decides whether a link is on the operator's list. Pure.

import { domainToASCII } from 'node:url';
import { isUuid } from '@pennyblack/runtime/uuid-v7.ts';
import type { BlockedLinkKind } from './blocked-links.ts';

export type BlockList = Readonly<Record<BlockedLinkKind, ReadonlySet<string>>>;

export const emptyBlockList: BlockList = { domain: new Set(), server: new Set(), message: new Set() };

export function isBlocked(list: BlockList, link: { serverId: number; messageId: string; target: string }): boolean {
  if (list.server.has(String(link.serverId)) || list.message.has(link.messageId)) return true;
  if (list.domain.size === 0) return false;
  // The host as a browser would read it: what it makes of odd spellings is where the reader would end.
  let host = URL.parse(link.target)?.hostname.replace(/\.$/, '') ?? '';
  for (;;) {
    if (list.domain.has(host)) return true;
    const dot = host.indexOf('.');
    if (dot < 0) return false;
    host = host.slice(dot + 1);
  }
}

/** As it is compared; undefined when it cannot be what it says it is. */
export function readBlockedValue(kind: BlockedLinkKind, text: string): string | undefined {
  const value = text.trim().toLowerCase();
  if (kind === 'server') return /^[1-9]\d{0,15}$/.test(value) ? value : undefined;
  if (kind === 'message') return isUuid(value) ? value : undefined;
  const domain = domainToASCII(value.replace(/^\.|\.$/g, ''));
  return /^[a-z0-9.:[\]-]+$/.test(domain) ? domain : undefined;
}
