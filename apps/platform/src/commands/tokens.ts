// Commands for the tokens of the account and of servers.

import { readAccountTokens } from '../features/accounts/read-accounts.ts';
import { authenticateServer } from '../features/servers/authenticate-server.ts';
import { readServersWithTokens } from '../features/servers/read-servers.ts';
import { addServerToken, revokeServerToken } from '../features/servers/server-tokens.ts';
import { type Command, namedServer } from './command.ts';

export const tokensShow: Command = {
  usage: 'tokens show',
  summary: 'Prints the account token and the tokens of each server.',
  run: async context => {
    for (const { token } of await readAccountTokens(context.db.reads, context.keyRing))
      context.print(`account  ${token}`);
    for (const server of await readServersWithTokens(context.db.reads, context.keyRing)) {
      context.print(`server ${server.serverId} (${server.name}, ${server.deliveryType})  ${server.token}`);
    }
  },
};

export const tokensAdd: Command = {
  usage: 'tokens add <server-id> <name>',
  summary: 'Adds a token to a server, next to those that it has, and prints it.',
  run: async (context, [word, ...nameWords]) => {
    const { serverId, accountId, name, deliveryType } = await namedServer(context, word);
    const { token } = await context.db.accept.transaction(tx =>
      addServerToken(tx, context.keyRing, accountId, serverId, nameWords.join(' '), context.now),
    );
    context.print(`server ${serverId} (${name}, ${deliveryType})  ${token}`);
  },
};

export const tokensRevoke: Command = {
  usage: 'tokens revoke <token>',
  summary: 'Revokes a token of a server: it opens nothing from now on.',
  run: async (context, [token]) => {
    const found = await authenticateServer(context.db.reads, token ?? '');
    if (!found) throw new Error('No server has this token. See them with: npm run pennyblack -- tokens show');
    const { serverId, accountId, tokenId } = found;
    const name = await context.db.accept.transaction(tx =>
      revokeServerToken(tx, accountId, serverId, tokenId, context.now),
    );
    context.print(`The token "${name}" of server ${serverId} is revoked.`);
  },
};
