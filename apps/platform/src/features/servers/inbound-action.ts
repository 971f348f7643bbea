// What becomes of a server's inbound mail: an extension; Postmark posts it and nothing else. Where it goes stands in the server's
// hidden inbound webhook as an address of another scheme, so that a forward waits, is tried again and is shown as a post is.

import type { ServerHooks } from './server-hooks.ts';

export type ForwardTarget =
  | { kind: 'address'; address: string }
  | { kind: 'server'; host: string; port: number; user?: string; password?: string };

export type InboundAction = { kind: 'webhook' } | { kind: 'store' } | ForwardTarget;

/** '' where nothing is to be done. */
export function inboundTargetOf({
  inboundAction,
  inboundHookUrl,
}: Pick<ServerHooks, 'inboundAction' | 'inboundHookUrl'>): string {
  switch (inboundAction.kind) {
    case 'webhook':
      return inboundHookUrl;
    case 'store':
      return '';
    case 'address':
      return `mailto:${encodeURIComponent(inboundAction.address)}`;
    case 'server': {
      const { host, port, user, password } = inboundAction;
      const login = user === undefined ? '' : `${encodeURIComponent(user)}:${encodeURIComponent(password ?? '')}@`;
      return `smtp://${login}${host.includes(':') ? `[${host}]` : host}:${port}`;
    }
  }
}

/** Undefined for what is posted. */
export function readForwardTarget(url: string): ForwardTarget | undefined {
  if (url.startsWith('mailto:')) return { kind: 'address', address: decodeURIComponent(url.slice('mailto:'.length)) };
  const match = /^smtp:\/\/(?:([^:@]*):([^@]*)@)?(\[[^\]]+\]|[^:]+):(\d+)$/.exec(url);
  if (!match) return undefined;
  const [, user, password = '', host = '', port] = match;
  const login = user === undefined ? {} : { user: decodeURIComponent(user), password: decodeURIComponent(password) };
  return { kind: 'server', host: host.replace(/^\[|\]$/g, ''), port: Number(port), ...login };
}
