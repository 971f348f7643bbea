// Commands for tracked links that must not lead on any more.

import { readBlockedValue } from '../features/tracking/block-rules.ts';
import { blockLinks, readBlockedLinks, unblockLinks } from '../features/tracking/blocked-links.ts';
import type { Command } from './command.ts';

const kinds = ['domain', 'server', 'message'] as const;

function readBlocked(kindWord: string | undefined, valueWord: string | undefined) {
  const kind = kinds.find(known => known === kindWord);
  if (!kind) throw new Error('What is blocked is a domain, a server or a message.');
  const value = readBlockedValue(kind, valueWord ?? '');
  if (value === undefined) throw new Error(`'${valueWord ?? ''}' is not a ${kind}${kind === 'domain' ? '' : ' id'}.`);
  return { kind, value };
}

export const linksBlock: Command = {
  usage: 'links block <domain|server|message> <value> <reason>',
  summary: 'Lets tracked links to a domain and its subdomains, of a server or of a message lead nowhere from now on.',
  run: async (context, [kind, value, ...reason]) => {
    const blocked = { ...readBlocked(kind, value), reason: reason.join(' '), createdAt: context.now };
    if (blocked.reason === '') throw new Error('Give a reason: it is for those who ask why.');
    await context.db.accept.transaction(tx => blockLinks(tx, blocked));
    context.print(`Links of ${blocked.kind} ${blocked.value} are blocked.`);
  },
};

export const linksUnblock: Command = {
  usage: 'links unblock <domain|server|message> <value>',
  summary: 'Lets them lead on again.',
  run: async (context, [kind, value]) => {
    const blocked = readBlocked(kind, value);
    const wasBlocked = await context.db.accept.transaction(tx => unblockLinks(tx, blocked));
    context.print(`Links of ${blocked.kind} ${blocked.value} ${wasBlocked ? 'lead on again' : 'were not blocked'}.`);
  },
};

export const linksBlocked: Command = {
  usage: 'links blocked',
  summary: 'Lists what tracked links do not lead to.',
  run: async context => {
    const rows = await readBlockedLinks(context.db.reads);
    for (const { kind, value, reason, createdAt } of rows)
      context.print(`${createdAt.toISOString()}  ${kind} ${value}  ${reason}`);
    if (rows.length === 0) context.print('Nothing is blocked.');
  },
};
