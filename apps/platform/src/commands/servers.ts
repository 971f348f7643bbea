// Commands for servers and their streams.

import { switchBulk } from '../features/sending/bulk/bulk-switch.ts';
import { addServer } from '../features/servers/add-server.ts';
import { deleteServer } from '../features/servers/delete-server.ts';
import { readAllServers } from '../features/servers/read-servers.ts';
import { readServerChange } from '../features/servers/server-rules.ts';
import { createDefaultStreams } from '../features/streams/create-default-streams.ts';
import { readStreams } from '../features/streams/read-streams.ts';
import { purgeDate } from '../features/streams/stream-rules.ts';
import { type Command, firstAccount, namedServer } from './command.ts';

export const serversList: Command = {
  usage: 'servers list',
  summary: 'Lists the servers with their ids.',
  run: async context => {
    const servers = await readAllServers(context.db.reads);
    for (const { serverId, name, deliveryType, accountId } of servers)
      context.print(`${serverId}  ${name}  ${deliveryType}  (account ${accountId})`);
    if (servers.length === 0) context.print('There are none. Add one with: npm run pennyblack -- servers add <name>');
  },
};

export const serversAdd: Command = {
  usage: 'servers add <name> [<Live|Sandbox>]',
  summary: 'Adds a server with its three streams and prints its token.',
  run: async (context, [name, deliveryType]) => {
    const fields = { name: name ?? '', ...(deliveryType === undefined ? {} : { deliveryType }), hooks: {} };
    const wanted = readServerChange(fields, { ownHosts: [], isCallableHost: () => true });
    const accountId = await firstAccount(context);
    // A server without hook URLs has nothing to tell the webhooks.
    const deps = { keyRing: context.keyRing, createStreams: createDefaultStreams, hooksChanged: async () => {} };
    const server = await context.db.accept.transaction(tx => addServer(tx, deps, accountId, wanted, context.now));
    context.print(`server ${server.serverId} (${server.name}, ${server.deliveryType})  ${server.apiTokens[0]}`);
  },
};

export const serversDelete: Command = {
  usage: 'servers delete <server-id> <name>',
  summary: 'Deletes a server for good: its tokens end at once, its data soon after. The name says that you mean it.',
  run: async (context, [word, ...nameWords]) => {
    const { serverId, accountId, name } = await namedServer(context, word);
    if (nameWords.join(' ') !== name)
      throw new Error(
        `Server ${serverId} is called "${name}". To delete it, name it: ` +
          `npm run pennyblack -- servers delete ${serverId} "${name}"`,
      );
    await context.db.accept.transaction(tx => deleteServer(tx, accountId, serverId, context.now));
    context.print(`Server ${serverId} (${name}) is deleted.`);
  },
};

export const streamsList: Command = {
  usage: 'streams list <server-id>',
  summary: 'Lists the message streams of a server, archived ones too.',
  run: async (context, [word]) => {
    const { serverId } = await namedServer(context, word);
    const streams = await readStreams(context.db.reads, serverId, { streamType: undefined, includesArchived: true });
    for (const { streamId, name, streamType, unsubscribeHandling, archivedAt } of streams) {
      const archived = archivedAt === null ? '' : `  archived, purged on ${purgeDate(archivedAt).toISOString()}`;
      context.print(`${streamId}  ${name}  ${streamType}  unsubscribing: ${unsubscribeHandling}${archived}`);
    }
  },
};

export const serversBulk: Command = {
  usage: 'servers bulk <server-id> <on|off>',
  summary: 'Says whether a server may send by POST /email/bulk; every server may until it is switched off (code 14).',
  run: async (context, [word, choice]) => {
    const { serverId, name } = await namedServer(context, word);
    if (choice !== 'on' && choice !== 'off') throw new Error('Say on or off.');
    await switchBulk(context.db.accept, serverId, choice === 'on', context.now);
    context.print(`Server ${serverId} (${name}) ${choice === 'on' ? 'may' : 'may not'} send in bulk.`);
  },
};
