// Decides who was behind a hit: a person, a proxy that fetches for persons, or a machine of its own accord. Pure. Counts
// that Postmark has do not ask for it; ours beside them do.

import type { ReaderNetwork } from './reader-networks.ts';
import type { HitKind, ReaderClass } from './reading.ts';

export type HitFacts = {
  kind: HitKind;
  userAgent: string;
  network: ReaderNetwork | undefined;
  isPrefetch: boolean;
  /** Negative for a hit that came first. Absent: delivered longer ago than anybody looks, or not at all. */
  secondsSinceDelivery?: number | undefined;
  secondsSinceAcceptance: number;
};

type UserAgentRule = { pattern: RegExp; readerClass: ReaderClass; source: string };

/** The first one that matches counts. */
export const userAgentRules: readonly UserAgentRule[] = [
  { pattern: /GoogleImageProxy|ggpht\.com/i, readerClass: 'gmail_proxy', source: 'Google: Gmail image proxy' },
  { pattern: /YahooMailProxy/i, readerClass: 'other_proxy', source: 'Yahoo: "YahooMailProxy; https://help.yahoo.com"' },
  { pattern: /YandexImage|YaMail/i, readerClass: 'other_proxy', source: 'Yandex Mail' },
  { pattern: /Mail\.Ru.*(?:proxy|image)/i, readerClass: 'other_proxy', source: 'Mail.Ru' },
  { pattern: /DuckDuckGo.*(?:Mail|Proxy)/i, readerClass: 'other_proxy', source: 'DuckDuckGo Email Protection' },
  { pattern: /(?:OutlookMobile|Outlook).*ImageProxy|OWAImageProxy/i, readerClass: 'other_proxy', source: 'Outlook' },
  {
    pattern: /Superhuman|FastmailProxy|ProtonMail.*Proxy|HEY.*Proxy/i,
    readerClass: 'other_proxy',
    source: 'their makers',
  },
  // Names that programs give themselves, so that site owners may know them.
  {
    pattern:
      /(?<!cu)bots?\b|crawler|spider|slurp|scan(?:ner)?\b|monitor|preview|fetch(?:er)?\b|archiver|validator|linkcheck/i,
    readerClass: 'scanner',
    source: 'RFC 9110 10.1.5: programs name themselves',
  },
  {
    pattern:
      /Barracuda|Mimecast|Proofpoint|Symantec|MessageLabs|Cloudmark|Trend ?Micro|Sophos|FireEye|IronPort|Zscaler|Forcepoint|Fortinet|Cisco-?Talos|SafeLinks|URLDefense/i,
    readerClass: 'scanner',
    source: 'makers of mail filters',
  },
  {
    pattern:
      /^(?:curl|wget|python|java|go-http-client|okhttp|axios|node|undici|ruby|perl|php|libwww|apache-httpclient|postmanruntime|httpie|aiohttp|guzzle|dart|rust|reqwest)\b/i,
    readerClass: 'scanner',
    source: 'default names of HTTP libraries',
  },
  {
    pattern: /HeadlessChrome|PhantomJS|Electron\/.*Puppeteer/i,
    readerClass: 'scanner',
    source: 'browsers without a window',
  },
  {
    pattern: /facebookexternalhit|WhatsApp|Slack|Telegram|Discord|SkypeUri/i,
    readerClass: 'scanner',
    source: 'link previews',
  },
];

/** Nobody finds a mail, opens it and follows a link so soon. Filters do, before they let it through or right after. */
const fastestSeconds: Readonly<Record<HitKind, number>> = { open: 1, click: 3 };
/** As long as a message may be under way when there is no delivery of it yet. */
const stillUnderWaySeconds = 60;

export function classifyReader(facts: HitFacts): ReaderClass {
  const { kind, network, isPrefetch, secondsSinceDelivery, secondsSinceAcceptance } = facts;
  if (isPrefetch) return 'prefetch';
  const byName = classifyByName(facts.userAgent);
  if (byName) return byName;
  if (network === 'scanner') return 'scanner';
  if (network === 'apple' && kind === 'open') return 'apple_proxy';
  if (network === 'google') return kind === 'open' ? 'gmail_proxy' : 'scanner';
  if (secondsSinceDelivery !== undefined) return secondsSinceDelivery < fastestSeconds[kind] ? 'scanner' : 'human';
  return secondsSinceAcceptance < stillUnderWaySeconds ? 'scanner' : 'human';
}

/** Undefined when the program might be a person's. */
export function classifyByName(text: string): ReaderClass | undefined {
  const userAgent = text.trim();
  // Apple's proxy hides the program: it says this much and no more.
  if (userAgent === 'Mozilla/5.0') return 'apple_proxy';
  if (userAgent === '') return 'scanner';
  return userAgentRules.find(({ pattern }) => pattern.test(userAgent))?.readerClass;
}
