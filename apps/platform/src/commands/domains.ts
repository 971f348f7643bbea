// Commands for sending domains and single senders.

import { readDomain } from '@pennyblack/email/address/domain.ts';
import { announceDirectoryChange } from '../features/accounts/announce-change.ts';
import { addDomain, vouchForDomain } from '../features/domains/add-domain.ts';
import { readDomains } from '../features/domains/find-domain.ts';
import { listDnsRecords } from '../features/domains/list-dns-records.ts';
import { confirmSender } from '../features/senders/confirm-sender.ts';
import { type Command, type CommandContext, firstAccount } from './command.ts';
import { readAddress } from './words.ts';

function readDomainWord(word: string | undefined): string {
  const reading = readDomain((word ?? '').trim());
  if (reading.kind !== 'domain') throw new Error(`"${word ?? ''}" is not a domain. Write it like shop.example.com.`);
  return reading.domain.toLowerCase();
}

async function printRecords(context: CommandContext, accountId: number | null, domain: string): Promise<void> {
  const records = await listDnsRecords(context.db.reads, accountId, domain);
  if (!records)
    throw new Error(`There is no domain ${domain}. Add it with: npm run pennyblack -- domains add ${domain}`);
  for (const record of records) context.print(`${record.name}.  ${record.type}  ${zoneFileText(record.value)}`);
}

/** One character-string of DNS holds 255 bytes (RFC 1035 3.3); zone files write a longer text as several. */
function zoneFileText(value: string): string {
  const pieces = value.match(/.{1,255}/g) ?? [''];
  return pieces.map(piece => `"${piece}"`).join(' ');
}

export const domainsList: Command = {
  usage: 'domains list',
  summary: 'Lists the sending domains.',
  run: async context => {
    const domains = await readDomains(context.db.reads, await firstAccount(context));
    for (const domain of domains) context.print(`${domain.name}  ${domain.verifiedAt ? 'verified' : 'not verified'}`);
    if (domains.length === 0) context.print('There are none. Add one with: npm run pennyblack -- domains add <domain>');
  },
};

export const domainsAdd: Command = {
  usage: 'domains add <domain>',
  summary: 'Adds a sending domain and prints the DNS records to publish.',
  run: async (context, [word]) => {
    const domain = readDomainWord(word);
    const accountId = await firstAccount(context);
    await addDomain(context.db.accept, context.keyRing, accountId, domain, context.now);
    await printRecords(context, accountId, domain);
    context.print(`Once these are published: npm run pennyblack -- domains vouch ${domain}`);
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
    await printRecords(context, accountId, domain);
  },
};

export const domainsRecords: Command = {
  usage: 'domains records [<domain>]',
  summary: "Prints the DNS records of a domain, or of the installation's own.",
  run: async (context, [word]) => {
    if (word === undefined) await printRecords(context, null, context.settings.mailHostname);
    else await printRecords(context, await firstAccount(context), readDomainWord(word));
  },
};

export const sendersConfirm: Command = {
  usage: 'senders confirm <address>',
  summary: 'Lets one address stand in From, on your word.',
  run: async (context, [word]) => {
    const address = readAddress(word);
    const accountId = await firstAccount(context);
    await context.db.accept.transaction(async tx => {
      await confirmSender(tx, accountId, address, '', context.now);
      await announceDirectoryChange(tx);
    });
    context.print(`${address} may send now.`);
  },
};
