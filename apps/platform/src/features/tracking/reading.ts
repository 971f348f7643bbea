// What is known of one look at a message: an open, which is a request for the pixel, or a click on a link.
// Source: Postmark's pages "Open webhook" and "Click webhook"; who was behind it is ours.

export const platformNames = ['WebMail', 'Desktop', 'Mobile', 'Unknown'] as const;
export type PlatformName = (typeof platformNames)[number];

export type Program = { name: string; company: string; family: string };

/** What is not known is absent, or empty. */
export type Place = {
  countryIsoCode?: string | undefined;
  country?: string | undefined;
  regionIsoCode?: string | undefined;
  region?: string | undefined;
  city?: string | undefined;
  zip?: string | undefined;
  /** `60.3913,5.3221`: latitude, longitude. */
  coords?: string | undefined;
  ip?: string | undefined;
};

/** Who is believed to have been behind it. `other_proxy` fetches when a person reads, as Gmail's does; scanners never do. */
export const readerClasses = ['human', 'apple_proxy', 'gmail_proxy', 'other_proxy', 'scanner', 'prefetch'] as const;
export type ReaderClass = (typeof readerClasses)[number];

export type Reading = {
  userAgent: string;
  client: Program;
  os: Program;
  platform: PlatformName;
  geo: Place;
  /** How long the pixel was looked at; absent when it was not measured. */
  readSeconds?: number;
};

export type HitKind = 'open' | 'click';

/** As it was taken, before anything was looked up. */
export type Hit = {
  /** Of its own, so that writing it twice is writing it once. */
  hitId: string;
  kind: HitKind;
  serverId: number;
  messageId: string;
  recipientNumber: number;
  at: Date;
  ip: string;
  userAgent: string;
  /** The program said that nobody is looking yet. */
  isPrefetch: boolean;
  readSeconds?: number;
  /** Of a click. */
  link?: { target: string; location: 'HTML' | 'Text' };
};
