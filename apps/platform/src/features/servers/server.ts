// A server owns messages, tokens and streams. Source: Postmark's Server API.

import type { ServerHooks } from './server-hooks.ts';

export const trackLinksChoices = ['None', 'HtmlAndText', 'HtmlOnly', 'TextOnly'] as const;
export type TrackLinks = (typeof trackLinksChoices)[number];
export const deliveryTypes = ['Live', 'Sandbox'] as const;
export type DeliveryType = (typeof deliveryTypes)[number];

/** What sending needs to know of a server. */
export type SendingServer = {
  serverId: number;
  accountId: number;
  name: string;
  deliveryType: DeliveryType;
  trackOpens: boolean;
  trackLinks: TrackLinks;
  /** Whether mail may be handed over by SMTP. */
  smtpApiActivated: boolean;
};

export type Server = SendingServer & {
  color: string;
  rawEmailEnabled: boolean;
  /** 32 hexadecimal digits, made with the server and never changed. */
  inboundHash: string;
  /** In lower case, as A-labels; '' when there is none. */
  inboundDomain: string;
  inboundSpamThreshold: number;
  hooks: ServerHooks;
  /** The valid ones in clear text, oldest first. */
  apiTokens: readonly string[];
};

/** What of a server may be changed: what is left out stays. The delivery type is never changed. */
export type ServerChange = {
  name?: string;
  color?: string;
  deliveryType?: DeliveryType;
  smtpApiActivated?: boolean;
  rawEmailEnabled?: boolean;
  /** '' takes it away. */
  inboundDomain?: string;
  inboundSpamThreshold?: number;
  trackOpens?: boolean;
  trackLinks?: TrackLinks;
  hooks?: Partial<ServerHooks>;
};

export type ServerToken = { tokenId: number; name: string; token: string; createdAt: Date };
