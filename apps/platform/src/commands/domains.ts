// Commands for sending domains: `domains …`. Without a domain, some mean the installation's own.

import { readDomain } from '@pennyblack/email/address/domain.ts';
import { systemClock } from '@pennyblack/runtime/clock.ts';
import { systemRandom } from '@pennyblack/runtime/random.ts';
import { buildDomainDeps, domainHostsOf } from '../build-dns.ts';
import { buildEventRecorder } from '../build-events.ts';
import { announceDirectoryChange } from '../features/accounts/announce-change.ts';
import { addDomain, vouchForDomain } from '../features/domains/add-domain.ts';
import { checkDomain, type Looked } from '../features/domains/check-domain.ts';
import type { DomainWithRecords } from '../features/domains/domain.ts';
import { decideOwnership } from '../features/domains/domain-rules.ts';
import { readDomainByName, readDomains } from '../features/domains/find-domain.ts';
import { listDnsRecords, type WantedRecord } from '../features/domains/list-dns-records.ts';
import type { DomainDeps } from '../features/domains/ports.ts';
import { rotateKeys } from '../features/domains/rotate-dkim.ts';
import { type Command, type CommandContext, firstAccount } from './command.ts';

function readDomainWord(word: string | undefined): string {
  const reading = readDomain((word ?? '').trim());
  if (reading.kind !== 'domain') throw new Error(`"${word ?? ''}" is not a domain. Write it like shop.example.com.`);
  return reading.domain.toLowerCase();
}

export function domainDepsOf({ db, keyRing, settings }: CommandContext): DomainDeps {
  const recordEvents = buildEventRecorder(systemClock, systemRandom);
  return buildDomainDeps({ db: db.accept, keyRing, settings, clock: systemClock, recordEvents });
}

/** Whose domain is meant: the first account's, or without a word the installation's own. */
async function namedBy(context: CommandContext, word: string | undefined): Promise<[number | null, string]> {
  if (word === undefined) return [null, context.settings.mailHostname.toLowerCase()];
  return [await firstAccount(context), readDomainWord(word)];
}

async function findNamed(context: CommandContext, word: string | undefined): Promise<DomainWithRecords> {
  const [accountId, name] = await namedBy(context, word);
  const domain = await readDomainByName(context.db.reads, accountId, name);
  if (!domain) throw new Error(`There is no domain ${name}. Add it with: npm run pennyblack -- domains add ${name}`);
  return domain;
}

async function printRecords(context: CommandContext, word: string | undefined): Promise<void> {
  const { accountId, name } = await findNamed(context, word);
  const hosts = domainHostsOf(context.settings);
  const records = await listDnsRecords(context.db.reads, hosts, accountId, name, context.now);
  for (const record of records ?? []) {
    context.print(`; ${record.isRequired ? 'needed' : 'advice'}: ${record.note}`);
    context.print(recordLine(record));
  }
}

function recordLine({ type, name, value }: WantedRecord): string {
  // Names in a zone file end in a dot; without it the zone's own name would be appended.
  const isName = type === 'CNAME' || type === 'MX' || type === 'PTR';
  const text = type === 'TXT' ? zoneFileText(value) : `${value}${isName ? '.' : ''}`;
  return `${name}${name.startsWith('<') ? '' : '.'}  ${type}  ${text}`;
}

/** One character-string of DNS holds 255 bytes (RFC 1035 3.3); zone files write a longer text as several. */
function zoneFileText(value: string): string {
  const pieces = value.match(/.{1,255}/g) ?? [''];
  return pieces.map(piece => `"${piece}"`).join(' ');
}

export const domainsList: Command = {
  usage: 'domains list',
  summary: 'Lists the sending domains, and what is wrong with their records.',
  run: async context => {
    const domains = await readDomains(context.db.reads, await firstAccount(context));
    for (const { accountId, name, verifiedAt, verifiedBy } of domains) {
      const whole = await readDomainByName(context.db.reads, accountId, name);
      const gone = (whole?.checks ?? []).filter(check => check.missingSince !== null);
      const by = verifiedBy === 'operator' ? ' (on your word)' : '';
      context.print(`${name}  ${verifiedAt ? `verified${by}` : 'not verified'}`);
      for (const { host, missingSince } of gone)
        context.print(`  ${host} is gone from the DNS since ${missingSince?.toISOString()}`);
    }
    if (domains.length === 0) context.print('There are none. Add one with: npm run pennyblack -- domains add <domain>');
  },
};

export const domainsAdd: Command = {
  usage: 'domains add <domain>',
  summary: 'Adds a sending domain and prints the DNS records to publish.',
  run: async (context, [word]) => {
    const domain = readDomainWord(word);
    const ownership = decideOwnership(domain);
    if (ownership.kind === 'refused') throw new Error(ownership.message ?? `${domain} cannot be used to send.`);
    await addDomain(context.db.accept, context.keyRing, await firstAccount(context), domain, context.now);
    await printRecords(context, domain);
    context.print(`; Once they are published: npm run pennyblack -- domains verify ${domain}`);
  },
};

function lookedText({ host, result }: Looked): string {
  if (result.kind !== 'clear') return `${host}  no answer: ${result.reason}`;
  if (result.state === 'found') return `${host}  found`;
  if (result.state === 'missing') return `${host}  not found`;
  return `${host}  another value is published: ${result.foundValue}`;
}

export const domainsVerify: Command = {
  usage: 'domains verify [<domain>]',
  summary: 'Looks at the DNS records now; keys whose record is found sign from then on.',
  run: async (context, [word]) => {
    const { domainId } = await findNamed(context, word);
    const looked = await checkDomain(domainDepsOf(context), domainId, context.now);
    for (const one of looked ?? []) context.print(lookedText(one));
    const { name, verifiedAt } = await findNamed(context, word);
    context.print(`${name} is ${verifiedAt ? 'verified' : 'not verified'}.`);
  },
};

export const domainsRotate: Command = {
  usage: 'domains rotate [<domain>]',
  summary: 'Makes new DKIM keys, which sign once their records are seen; the old ones sign until then.',
  run: async (context, [word]) => {
    const { name, domainId } = await findNamed(context, word);
    await rotateKeys(domainDepsOf(context), domainId, context.now);
    context.print(`; Publish the pending records of ${name}, and leave the others:`);
    await printRecords(context, word);
  },
};

export const domainsVouch: Command = {
  usage: 'domains vouch <domain>',
  summary: 'Marks a domain as verified on your word: it may send, and its DKIM keys sign.',
  run: async (context, [word]) => {
    const domain = readDomainWord(word);
    const accountId = await firstAccount(context);
    const domainId = await addDomain(context.db.accept, context.keyRing, accountId, domain, context.now);
    await context.db.accept.transaction(async tx => {
      await vouchForDomain(tx, domainId, context.now);
      await announceDirectoryChange(tx);
    });
    context.print(`${domain} may send now. Its mail is signed; publish these records so that the signatures verify:`);
    await printRecords(context, domain);
  },
};

export const domainsRecords: Command = {
  usage: 'domains records [<domain>]',
  summary: "Prints the DNS records of a domain, or of the installation's own.",
  run: async (context, [word]) => printRecords(context, word),
};
