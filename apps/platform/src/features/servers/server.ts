// A server owns messages, tokens and streams. Source: Postmark's Server API.

export type TrackLinks = 'None' | 'HtmlAndText' | 'HtmlOnly' | 'TextOnly';
export type DeliveryType = 'Live' | 'Sandbox';

/** What sending needs to know of a server. */
export type SendingServer = {
  serverId: number;
  accountId: number;
  name: string;
  deliveryType: DeliveryType;
  trackOpens: boolean;
  trackLinks: TrackLinks;
};
