// The operator's commands. Each reads its words, calls actions and prints what an operator can copy.

import { readDomain } from '@pennyblack/email/address/domain.ts';
import { systemClock } from '@pennyblack/runtime/clock.ts';
import type { Database, Tx } from '@pennyblack/runtime/database/database.ts';
import { systemRandom } from '@pennyblack/runtime/random.ts';
import type { KeyRing } from '@pennyblack/runtime/secrets/key-ring.ts';
import { buildEventRecorder } from '../build-events.ts';
import type { Settings } from '../config.ts';
import { announceDirectoryChange } from '../features/accounts/announce-change.ts';
import { readAccountTokens, readFirstAccountId } from '../features/accounts/read-accounts.ts';
import { listHeld, sendHeldAgain, takeHeldForDelivered } from '../features/delivery/decide-held.ts';
import { addDomain, vouchForDomain } from '../features/domains/add-domain.ts';
import { readDomains } from '../features/domains/find-domain.ts';
import { listDnsRecords } from '../features/domains/list-dns-records.ts';
import { listUncertain } from '../features/events/list-uncertain.ts';
import { confirmSender } from '../features/senders/confirm-sender.ts';
import { readServersWithTokens } from '../features/servers/read-servers.ts';
import { chooseUncertainRecipients } from '../features/streams/choose-uncertain-recipients.ts';
import { liftSuppression } from '../features/suppressions/lift-suppression.ts';

export type CommandContext = {
  db: Database;
  keyRing: KeyRing;
  settings: Settings;
  now: Date;
  print(line: string): void;
};

export type Command = {
  /** The words that name it, then its arguments in angle brackets. */
  usage: string;
  summary: string;
  run(context: CommandContext, words: readonly string[]): Promise<void>;
};

async function firstAccount(context: CommandContext): Promise<number> {
  const accountId = await readFirstAccountId(context.db.reads);
  if (accountId === undefined) throw new Error('There is no account yet: start Pennyblack once with npm start.');
  return accountId;
}

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

const domainsAdd: Command = {
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

const domainsVouch: Command = {
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

const domainsRecords: Command = {
  usage: 'domains records [<domain>]',
  summary: "Prints the DNS records of a domain, or of the installation's own.",
  run: async (context, [word]) => {
    if (word === undefined) await printRecords(context, null, context.settings.mailHostname);
    else await printRecords(context, await firstAccount(context), readDomainWord(word));
  },
};

const domainsList: Command = {
  usage: 'domains list',
  summary: 'Lists the sending domains.',
  run: async context => {
    const domains = await readDomains(context.db.reads, await firstAccount(context));
    for (const domain of domains) context.print(`${domain.name}  ${domain.verifiedAt ? 'verified' : 'not verified'}`);
    if (domains.length === 0) context.print('There are none. Add one with: npm run pennyblack -- domains add <domain>');
  },
};

const sendersConfirm: Command = {
  usage: 'senders confirm <address>',
  summary: 'Lets one address stand in From, on your word.',
  run: async (context, [address]) => {
    if (!address?.includes('@')) throw new Error(`"${address ?? ''}" is not an address.`);
    const accountId = await firstAccount(context);
    await context.db.accept.transaction(async tx => {
      await confirmSender(tx, accountId, address, '', context.now);
      await announceDirectoryChange(tx);
    });
    context.print(`${address} may send now.`);
  },
};

const tokensShow: Command = {
  usage: 'tokens show',
  summary: 'Prints the account token and the token of each server.',
  run: async context => {
    for (const { token } of await readAccountTokens(context.db.reads, context.keyRing))
      context.print(`account  ${token}`);
    for (const server of await readServersWithTokens(context.db.reads, context.keyRing)) {
      context.print(`server ${server.serverId} (${server.name}, ${server.deliveryType})  ${server.token}`);
    }
  },
};

const streamsUncertain: Command = {
  usage: 'streams uncertain <server-id> <stream> <send_again|hold>',
  summary: 'What happens, after a crash, to recipients who may have got their mail already.',
  run: async (context, [serverId, streamId, choice]) => {
    if (choice !== 'send_again' && choice !== 'hold') throw new Error('The choice is send_again or hold.');
    await context.db.accept.transaction(async tx => {
      await chooseUncertainRecipients(tx, Number(serverId), streamId ?? '', choice, context.now);
      await announceDirectoryChange(tx);
    });
    context.print(`Stream ${streamId} of server ${serverId}: ${choice}.`);
  },
};

const suppressionsLift: Command = {
  usage: 'suppressions lift <server-id> <stream> <address>',
  summary: 'Lets an address receive mail of a stream again.',
  run: async (context, [serverId, streamId, address]) => {
    const recordEvents = buildEventRecorder(systemClock, systemRandom);
    const lift = {
      serverId: Number(serverId),
      streamId: streamId ?? '',
      emailAddress: address ?? '',
      origin: 'Admin' as const,
    };
    const isLifted = await context.db.accept.transaction(tx => liftSuppression(tx, recordEvents, lift, context.now));
    context.print(isLifted ? `${address} may receive mail again.` : `${address} is not suppressed on that stream.`);
  },
};

const queueUncertain: Command = {
  usage: 'queue uncertain',
  summary: 'Lists recipients of the last week who may have got a second copy, or wait because of that.',
  run: async context => {
    const rows = await listUncertain(context.db.reads, context.now);
    for (const { serverId, messageId, recipientNumber, occurredAt, details } of rows) {
      context.print(
        `${occurredAt.toISOString()}  ${serverId} ${messageId} recipient ${recipientNumber}  ${details.why}`,
      );
    }
    if (rows.length === 0) context.print('There are none.');
  },
};

const queueHeld: Command = {
  usage: 'queue held',
  summary: 'Lists recipients that wait for a decision, because they may have got their mail already.',
  run: async context => {
    const rows = await listHeld(context.db.reads);
    for (const { serverId, messageId, recipientNumber, streamId, lastReply } of rows) {
      context.print(
        `${serverId} ${messageId} recipient ${recipientNumber} (${streamId})  ${lastReply ?? 'the process died'}`,
      );
    }
    if (rows.length === 0) context.print('Nobody is held.');
  },
};

const queueSend: Command = {
  usage: 'queue send <server-id> <message-id>',
  summary: 'Sends to the held recipients of a message again; a second copy is possible.',
  run: async (context, [serverId, messageId]) => {
    const send = (tx: Tx) => sendHeldAgain(tx, Number(serverId), messageId ?? '');
    const count = await context.db.accept.transaction(send);
    context.print(`${count} recipients go again.`);
  },
};

const queueDelivered: Command = {
  usage: 'queue delivered <server-id> <message-id>',
  summary: 'Takes the held recipients of a message for delivered, on your word.',
  run: async (context, [serverId, messageId]) => {
    const recordEvents = buildEventRecorder(systemClock, systemRandom);
    const take = (tx: Tx) => takeHeldForDelivered(tx, recordEvents, Number(serverId), messageId ?? '', context.now);
    const count = await context.db.accept.transaction(take);
    context.print(`${count} recipients are taken for delivered.`);
  },
};

export const commands: readonly Command[] = [
  tokensShow,
  domainsList,
  domainsAdd,
  domainsVouch,
  domainsRecords,
  sendersConfirm,
  streamsUncertain,
  suppressionsLift,
  queueUncertain,
  queueHeld,
  queueSend,
  queueDelivered,
];

function nameOf(command: Command): string[] {
  return command.usage.split(' ').filter(word => !/^[<[]/.test(word) && !word.endsWith('>') && !word.endsWith(']'));
}

export function findCommand(words: readonly string[]): { command: Command; arguments: string[] } | undefined {
  for (const command of commands) {
    const name = nameOf(command);
    if (name.every((word, position) => words[position] === word))
      return { command, arguments: words.slice(name.length) };
  }
  return undefined;
}
