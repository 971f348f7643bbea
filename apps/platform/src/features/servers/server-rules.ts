// Decides whether the fields of a server are right. Pure. Source: Postmark's Servers API and its error codes 606 to 613.

import { readDomain } from '@pennyblack/email/address/domain.ts';
import { Refusal } from '../../refusals.ts';
import { deliveryTypes, type ServerChange, trackLinksChoices } from './server.ts';
import { hookUrlFields, type ServerHooks } from './server-hooks.ts';

/** A request's fields as they came, in the right JSON types. */
export type ServerFields = Omit<ServerChange, 'deliveryType' | 'trackLinks' | 'hooks'> & {
  deliveryType?: string;
  trackLinks?: string;
  hooks: Partial<ServerHooks>;
};

export type ServerLimits = {
  /** Names that lead to this installation: no customer's inbound domain may be one, or lie below one. */
  ownHosts: readonly string[];
  /** Whether a webhook may post to this host, which is a name or an address. */
  isCallableHost(host: string): boolean;
};

const colors = ['purple', 'blue', 'turquoise', 'green', 'red', 'yellow', 'grey', 'orange'] as const;
/** Spellings of Postmark's older documentation and of its .NET client. */
const otherSpellings: ReadonlyMap<string, string> = new Map([
  ['turqoise', 'turquoise'],
  ['ggrey', 'grey'],
]);
export const defaultColor = 'purple';

const nameLengthMax = 255;
const spamThresholdMax = 30;
const hookUrlLengthMax = 2000;

function readName(name: string): string {
  const trimmed = name.trim();
  if (trimmed === '') throw new Refusal('server_name_invalid');
  if (trimmed.length > nameLengthMax)
    throw new Refusal('server_name_invalid', `The 'Name' of a server is limited to ${nameLengthMax} characters.`);
  return trimmed;
}

function readColor(color: string): string {
  const lower = color.toLowerCase();
  const known = otherSpellings.get(lower) ?? lower;
  if (!(colors as readonly string[]).includes(known))
    throw new Refusal('server_color_invalid', `The 'Color' must be one of ${colors.join(', ')}.`);
  return known;
}

function readChoice<T extends string>(
  choices: readonly T[],
  text: string,
  refusal: 'track_links_invalid' | 'delivery_type_invalid',
): T {
  const choice = choices.find(known => known.toLowerCase() === text.toLowerCase());
  if (choice === undefined) throw new Refusal(refusal);
  return choice;
}

function readSpamThreshold(threshold: number): number {
  if (threshold < 0 || threshold > spamThresholdMax) throw new Refusal('inbound_spam_threshold_invalid');
  return threshold;
}

/** `*.` in front stands for every sub-domain, as in the MX record that belongs to it. @throws Refusal 608. */
export function readInboundDomain(text: string, ownHosts: readonly string[]): string {
  const trimmed = text.trim().replace(/\.$/, '');
  if (trimmed === '') return '';
  const wildcard = trimmed.startsWith('*.') ? '*.' : '';
  const reading = readDomain(trimmed.slice(wildcard.length));
  if (reading.kind !== 'domain')
    throw new Refusal('server_name_invalid', "The 'InboundDomain' is not a valid domain name.");
  const domain = reading.domain.toLowerCase();
  const isOurs = ownHosts.some(
    host => domain === host || domain.endsWith(`.${host}`) || (wildcard !== '' && host.endsWith(`.${domain}`)),
  );
  if (isOurs)
    throw new Refusal(
      'server_name_invalid',
      "The 'InboundDomain' belongs to this installation, or covers a name of it; choose one of your own.",
    );
  return `${wildcard}${domain}`;
}

function checkHookUrls(hooks: Partial<ServerHooks>, limits: ServerLimits): void {
  for (const field of hookUrlFields) {
    const text = hooks[field];
    if (text === undefined || text === '') continue;
    const url = URL.parse(text);
    const isHttp = url !== null && (url.protocol === 'http:' || url.protocol === 'https:');
    if (!isHttp || text.length > hookUrlLengthMax || !limits.isCallableHost(url.hostname.replace(/^\[|\]$/g, '')))
      throw new Refusal('hook_url_invalid');
  }
}

/** Empty texts of choices count as absent, as everywhere. @throws Refusal 606, 607, 608, 611, 612 or 613. */
export function readServerChange(fields: ServerFields, limits: ServerLimits): ServerChange {
  const { name, color, deliveryType, trackLinks, inboundDomain, inboundSpamThreshold, hooks, ...switches } = fields;
  checkHookUrls(hooks, limits);
  return {
    ...switches,
    ...(name === undefined ? {} : { name: readName(name) }),
    ...(color ? { color: readColor(color) } : {}),
    ...(deliveryType ? { deliveryType: readChoice(deliveryTypes, deliveryType, 'delivery_type_invalid') } : {}),
    ...(trackLinks ? { trackLinks: readChoice(trackLinksChoices, trackLinks, 'track_links_invalid') } : {}),
    ...(inboundDomain === undefined ? {} : { inboundDomain: readInboundDomain(inboundDomain, limits.ownHosts) }),
    ...(inboundSpamThreshold === undefined ? {} : { inboundSpamThreshold: readSpamThreshold(inboundSpamThreshold) }),
    ...(Object.keys(hooks).length === 0 ? {} : { hooks }),
  };
}

/** A body without a single field of a server changes nothing, which can only be a mistake. @throws Refusal 609. */
export function refuseEmptyChange(change: ServerChange): void {
  if (Object.keys(change).length === 0) throw new Refusal('server_data_missing');
}

/** Nobody has a host of this name, so its records are those of the wildcard. */
const labelBelow = 'pennyblack-mx-check';

/** The names whose MX records say where the mail of an inbound domain goes: of a wildcard itself, and any name below it. */
export function namesToAskFor(inboundDomain: string): string[] {
  return inboundDomain.startsWith('*.') ? [inboundDomain, `${labelBelow}${inboundDomain.slice(1)}`] : [inboundDomain];
}

/** What the DNS says about the mail of an inbound domain. */
export type MxStanding = 'ours' | 'elsewhere' | 'missing' | 'unknown';

/**
 * A domain without MX records may still get them, and a DNS that does not answer (undefined) says nothing, so mail goes
 * elsewhere only when there are records and all name others.
 */
export function judgeMx(answers: readonly (readonly string[] | undefined)[], ownHosts: readonly string[]): MxStanding {
  const hosts = answers.flatMap(answer => answer ?? []).map(host => host.toLowerCase().replace(/\.$/, ''));
  if (hosts.some(host => ownHosts.includes(host))) return 'ours';
  if (hosts.length > 0) return 'elsewhere';
  return answers.includes(undefined) ? 'unknown' : 'missing';
}

/** One sentence for the owner of a domain whose mail does not come to us yet; undefined when it does. */
export function inboundDomainWarning(domain: string, standing: MxStanding, mailHost: string): string | undefined {
  switch (standing) {
    case 'ours':
      return undefined;
    case 'missing':
      return `No MX record of ${domain} was found yet: publish one with preference 10 that names ${mailHost}.`;
    case 'unknown':
      return `The DNS did not answer about the MX record of ${domain}: it should name ${mailHost}.`;
    case 'elsewhere':
      return `The MX record of ${domain} leads elsewhere: it should name ${mailHost}.`;
  }
}
