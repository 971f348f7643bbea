// Commands for single senders: `senders …`.

import { announceDirectoryChange } from '../features/accounts/announce-change.ts';
import { confirmSender } from '../features/senders/confirm-sender.ts';
import { createSender } from '../features/senders/create-sender.ts';
import { isConfirmed, readSignaturePage } from '../features/senders/read-senders.ts';
import { type Command, firstAccount } from './command.ts';
import { domainDepsOf } from './domains.ts';
import { readAddress } from './words.ts';

const pageSize = 500;

export const sendersList: Command = {
  usage: 'senders list',
  summary: 'Lists the sender signatures.',
  run: async context => {
    const accountId = await firstAccount(context);
    for (let offset = 0; ; offset += pageSize) {
      const { total, signatures } = await readSignaturePage(context.db.reads, accountId, { count: pageSize, offset });
      for (const listed of signatures)
        context.print(`${listed.signature.emailAddress}  ${isConfirmed(listed) ? 'confirmed' : 'not confirmed'}`);
      if (total === 0) context.print('There are none. Add one with: npm run pennyblack -- senders add <address>');
      if (signatures.length < pageSize) return;
    }
  },
};

export const sendersAdd: Command = {
  usage: 'senders add <address> [<name>]',
  summary: 'Adds a sender signature; a running platform sends the confirmation mail.',
  run: async (context, [word, ...nameWords]) => {
    const address = readAddress(word);
    const wish = { fromEmail: address, name: nameWords.join(' ') || address };
    const added = await createSender(domainDepsOf(context), await firstAccount(context), wish, context.now);
    context.print(
      isConfirmed(added)
        ? `${address} may send: its domain is verified.`
        : `${address} gets a mail with a link. Without it: npm run pennyblack -- senders confirm ${address}`,
    );
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
