// The hook URLs that a server itself has, older than the webhooks of a stream. Source: Postmark's Server API.

import type { InboundAction } from './inbound-action.ts';

/** URLs are '' when unset. They may hold a password, so they are stored encrypted. */
export type ServerHooks = {
  bounceHookUrl: string;
  openHookUrl: string;
  deliveryHookUrl: string;
  clickHookUrl: string;
  inboundHookUrl: string;
  /** What is done with inbound mail; `inboundHookUrl` counts for one of its kinds only. */
  inboundAction: InboundAction;
  /** For `openHookUrl`. */
  postFirstOpenOnly: boolean;
  /** Adds `Content` to what goes to `bounceHookUrl`. */
  includeBounceContentInHook: boolean;
  /** Errors of SMTP submission go to the bounce hooks too. */
  enableSmtpApiErrorHooks: boolean;
};

export const hookUrlFields = [
  'bounceHookUrl',
  'openHookUrl',
  'deliveryHookUrl',
  'clickHookUrl',
  'inboundHookUrl',
] as const satisfies readonly (keyof ServerHooks)[];

export const noServerHooks: ServerHooks = {
  bounceHookUrl: '',
  openHookUrl: '',
  deliveryHookUrl: '',
  clickHookUrl: '',
  inboundHookUrl: '',
  inboundAction: { kind: 'webhook' },
  postFirstOpenOnly: false,
  includeBounceContentInHook: false,
  enableSmtpApiErrorHooks: false,
};
