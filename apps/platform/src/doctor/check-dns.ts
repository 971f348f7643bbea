// What the world's mail servers look up about us: the host name, its way back, and who may send for it.
// Sources: RFC 5321 4.1.4 (EHLO), RFC 7208 (SPF); Gmail's and Yahoo's rules for senders ask for a PTR that leads back.

import { Resolver } from 'node:dns/promises';
import { isIPv4 } from 'node:net';
import type { Settings } from '../config.ts';
import { codeOf, type Finding, fail, ok, warn, wordsOf } from './finding.ts';

const secondsPerTry = 3;
const tries = 2;

export function createResolver({ dnsServers }: Pick<Settings, 'dnsServers'>): Resolver {
  const resolver = new Resolver({ timeout: secondsPerTry * 1000, tries });
  const servers = dnsServers.map(({ host, port }) => (isIPv4(host) ? `${host}:${port}` : `[${host}]:${port}`));
  if (servers.length > 0) resolver.setServers(servers);
  return resolver;
}

type Looked<T> = { kind: 'found'; records: T[] } | { kind: 'none' } | { kind: 'failed'; why: string };

async function look<T>(question: Promise<T[]>): Promise<Looked<T>> {
  try {
    const records = await question;
    return records.length > 0 ? { kind: 'found', records } : { kind: 'none' };
  } catch (error) {
    const code = codeOf(error);
    return code === 'ENOTFOUND' || code === 'ENODATA' ? { kind: 'none' } : { kind: 'failed', why: wordsOf(error) };
  }
}

const recordsOf = <T>(looked: Looked<T>): T[] => (looked.kind === 'found' ? looked.records : []);

/** `delivers` is false where all mail goes to a relay or is captured: then nobody looks, and nothing here is fatal. */
export async function checkDns(settings: Settings, delivers: boolean): Promise<Finding[]> {
  const { mailHostname, sourceAddress } = settings;
  const bad = delivers ? fail : warn;
  const resolver = createResolver(settings);
  const [four, six] = await Promise.all([look(resolver.resolve4(mailHostname)), look(resolver.resolve6(mailHostname))]);
  if (four.kind === 'failed' && six.kind !== 'found') {
    const fix = 'Mend the resolver of this machine, or name one that answers in PENNYBLACK_DNS_SERVERS.';
    return [bad('DNS', `The name servers do not answer: ${four.why}.`, fix)];
  }
  const addresses = [...recordsOf(four), ...recordsOf(six)];
  if (addresses.length === 0) {
    const fix = `Publish an A record for ${mailHostname} that leads to this machine, or set PENNYBLACK_MAIL_HOSTNAME to a name that has one.`;
    return [bad('host name', `${mailHostname} has no address; many receivers refuse such an EHLO.`, fix)];
  }
  const findings = [ok('host name', `${mailHostname} is ${addresses.join(', ')}.`)];
  const senders = sourceAddress === undefined ? addresses : [sourceAddress];
  for (const address of senders) findings.push(await checkPtr(resolver, address, mailHostname, bad));
  findings.push(
    ...(await Promise.all([checkReturn(resolver, mailHostname, addresses), checkSpf(resolver, mailHostname)])),
  );
  return findings;
}

async function checkPtr(resolver: Resolver, address: string, hostname: string, bad: typeof fail): Promise<Finding> {
  const fix = `Ask whoever gave you ${address} (your provider's panel: "reverse DNS") to set its PTR to ${hostname}.`;
  const looked = await look(resolver.resolvePtr(reverseName(address)));
  if (looked.kind === 'failed') return warn('PTR', `The PTR of ${address} could not be asked for: ${looked.why}.`, fix);
  if (looked.kind === 'none') return bad('PTR', `${address} has no PTR; Gmail, Yahoo and others refuse its mail.`, fix);
  for (const name of looked.records) {
    const back = [...recordsOf(await look(resolver.resolve4(name))), ...recordsOf(await look(resolver.resolve6(name)))];
    if (!back.some(each => isSameAddress(each, address))) continue;
    if (name.toLowerCase() === hostname.toLowerCase()) return ok('PTR', `${address} is ${name}, and back.`);
    const text = `${address} is ${name}, and EHLO says ${hostname}.`;
    return warn('PTR', text, `${fix} Or set PENNYBLACK_MAIL_HOSTNAME to ${name}.`);
  }
  return bad('PTR', `${address} is said to be ${looked.records.join(', ')}, which does not lead back to it.`, fix);
}

async function checkReturn(resolver: Resolver, hostname: string, addresses: readonly string[]): Promise<Finding> {
  const looked = await look(resolver.resolveMx(hostname));
  if (looked.kind !== 'found') return ok('bounces', `${hostname} has no MX; bounces go to ${addresses[0]}.`);
  const hosts = looked.records.map(record => record.exchange).filter(exchange => exchange !== '');
  if (hosts.length > 0) return ok('bounces', `Bounces go to ${hosts.join(', ')}, the MX of ${hostname}.`);
  const fix = `Remove the "null MX" (RFC 7505) of ${hostname}, or let it name this machine.`;
  return warn(
    'bounces',
    `${hostname} says that it takes no mail, so receivers may refuse mail that returns there.`,
    fix,
  );
}

async function checkSpf(resolver: Resolver, hostname: string): Promise<Finding> {
  const looked = await look(resolver.resolveTxt(hostname));
  const records = recordsOf(looked).map(pieces => pieces.join(''));
  const policies = records.filter(text => /^v=spf1( |$)/i.test(text));
  if (policies.length === 1) return ok('SPF', `${hostname} has "${policies[0]}".`);
  const fix = `Publish one TXT record at ${hostname}: "v=spf1 a mx -all" when this machine alone sends for it.`;
  if (policies.length > 1)
    return fail('SPF', `${hostname} has ${policies.length} SPF records: that is an error, and counts as none.`, fix);
  return warn('SPF', `${hostname} has no SPF record, and return paths are there.`, fix);
}

function isSameAddress(a: string, b: string): boolean {
  return reverseName(a) === reverseName(b);
}

/** RFC 1035 3.5 and RFC 3596 2.5. */
export function reverseName(address: string): string {
  if (isIPv4(address)) return `${address.split('.').toReversed().join('.')}.in-addr.arpa`;
  const [head = '', tail] = address.toLowerCase().split('::');
  const groupsOf = (text: string | undefined) => (text ? text.split(':') : []);
  const [front, back] = [groupsOf(head), groupsOf(tail)];
  const zeros = tail === undefined ? [] : Array.from({ length: 8 - front.length - back.length }, () => '0');
  const digits = [...front, ...zeros, ...back].map(group => group.padStart(4, '0')).join('');
  return `${[...digits].toReversed().join('.')}.ip6.arpa`;
}
