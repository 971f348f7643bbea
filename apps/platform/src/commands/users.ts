// Commands for the people who log in to the web app.

import { changePassword } from '../features/accounts/change-password.ts';
import { changeRole, deleteUser, readUsers } from '../features/accounts/change-user.ts';
import { createUser } from '../features/accounts/create-user.ts';
import { makePassword } from '../features/accounts/password.ts';
import { type UserRole, userRoles } from '../features/accounts/user.ts';
import { readServersWithTokens } from '../features/servers/read-servers.ts';
import { type Command, type CommandContext, firstAccount } from './command.ts';
import { readAddress, readServerId } from './words.ts';

const stdinWord = '--password-stdin';

function readRole(word: string | undefined): UserRole {
  const role = userRoles.find(each => each === word);
  if (!role) throw new Error(`"${word ?? ''}" is not a role: ${userRoles.join(', ')}.`);
  return role;
}

/** Of the account and not deleted, or a sentence says which is not. */
async function readServers(
  context: CommandContext,
  accountId: number,
  role: UserRole,
  words: readonly string[],
): Promise<number[]> {
  const wanted = words
    .flatMap(word => word.split(','))
    .filter(word => word !== '')
    .map(readServerId);
  if (role === 'member' && wanted.length === 0)
    throw new Error('A member needs the ids of the servers that he may use.');
  if (role !== 'member' && wanted.length > 0) throw new Error('Owner and admins may use every server: name none.');
  const servers = await readServersWithTokens(context.db.reads, context.keyRing);
  for (const serverId of wanted) {
    const isOurs = servers.some(server => server.serverId === serverId && server.accountId === accountId);
    if (!isOurs) throw new Error(`The account has no server ${serverId}.`);
  }
  return wanted;
}

/** Read from the standard input, or made: then it is shown, once. */
async function choosePassword(context: CommandContext, words: readonly string[]) {
  if (!words.includes(stdinWord)) return { password: makePassword(), isMade: true };
  return { password: (await context.readInput()).replace(/\r?\n$/, ''), isMade: false };
}

function orThrow(result: { kind: 'refused'; why: string } | { kind: 'created' } | { kind: 'changed' }): void {
  if (result.kind === 'refused') throw new Error(result.why);
}

export const usersList: Command = {
  usage: 'users list',
  summary: 'Lists the people who may log in.',
  run: async context => {
    const users = await readUsers(context.db.reads, await firstAccount(context));
    for (const { emailAddress, role, serverIds } of users) {
      context.print(`${emailAddress}  ${role}${serverIds.length > 0 ? ` of ${serverIds.join(', ')}` : ''}`);
    }
    if (users.length === 0)
      context.print('There are none. Add one with: npm run pennyblack -- users add <address> owner');
  },
};

export const usersAdd: Command = {
  usage: 'users add <address> <owner|admin|member> [<server-id>,…] [--password-stdin]',
  summary: 'Lets a person log in. The password is read from the standard input, or made and printed once.',
  run: async (context, words) => {
    const [address, roleWord, ...rest] = words.filter(word => word !== stdinWord);
    const emailAddress = readAddress(address);
    const role = readRole(roleWord);
    const accountId = await firstAccount(context);
    const serverIds = await readServers(context, accountId, role, rest);
    const { password, isMade } = await choosePassword(context, words);
    orThrow(await createUser(context.db.accept, { accountId, emailAddress, password, role, serverIds }, context.now));
    context.print(`${emailAddress} may log in as ${role}.`);
    if (isMade) context.print(`Password, shown this once: ${password}`);
  },
};

export const usersRole: Command = {
  usage: 'users role <address> <owner|admin|member> [<server-id>,…]',
  summary: 'Gives a person another role, or a member other servers. A new owner makes the old one an admin.',
  run: async (context, [address, roleWord, ...rest]) => {
    const emailAddress = readAddress(address);
    const role = readRole(roleWord);
    const accountId = await firstAccount(context);
    const serverIds = await readServers(context, accountId, role, rest);
    orThrow(await context.db.accept.transaction(tx => changeRole(tx, accountId, { emailAddress, role, serverIds })));
    context.print(`${emailAddress} is ${role} now.`);
  },
};

export const usersPassword: Command = {
  usage: 'users password <address> [--password-stdin]',
  summary: 'Gives a person a new password, read from the standard input or made, and ends all sessions.',
  run: async (context, words) => {
    const emailAddress = readAddress(words.find(word => word !== stdinWord));
    const accountId = await firstAccount(context);
    const { password, isMade } = await choosePassword(context, words);
    orThrow(await changePassword(context.db.accept, { accountId, emailAddress, password }, context.now));
    context.print(`${emailAddress} has a new password.`);
    if (isMade) context.print(`Password, shown this once: ${password}`);
  },
};

export const usersDelete: Command = {
  usage: 'users delete <address>',
  summary: 'Ends a login and its sessions.',
  run: async (context, [address]) => {
    const emailAddress = readAddress(address);
    const accountId = await firstAccount(context);
    orThrow(await context.db.accept.transaction(tx => deleteUser(tx, accountId, emailAddress, context.now)));
    context.print(`${emailAddress} cannot log in any more.`);
  },
};
