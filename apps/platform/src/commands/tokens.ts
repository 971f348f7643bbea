// The command that shows tokens.

import { readAccountTokens } from '../features/accounts/read-accounts.ts';
import { readServersWithTokens } from '../features/servers/read-servers.ts';
import type { Command } from './command.ts';

export const tokensShow: Command = {
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
