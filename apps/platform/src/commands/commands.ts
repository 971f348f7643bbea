// The operator's commands. Each reads its words, calls actions and prints what an operator can copy.

import { accountTokensAdd, accountTokensList, accountTokensRevoke } from './account-tokens.ts';
import { backup, restore } from './backup.ts';
import type { Command, StandaloneCommand } from './command.ts';
import { doctor } from './doctor.ts';
import { domainsAdd, domainsList, domainsRecords, domainsRotate, domainsVerify, domainsVouch } from './domains.ts';
import { inboundRecords, inboundSample } from './inbound.ts';
import { linksBlock, linksBlocked, linksUnblock } from './links.ts';
import { queueDelivered, queueHeld, queueSend, queueUncertain, streamsUncertain, suppressionsLift } from './queue.ts';
import { sendersAdd, sendersConfirm, sendersList } from './senders.ts';
import { serversAdd, serversBulk, serversDelete, serversList, streamsList } from './servers.ts';
import { templatesGallery, templatesInstall, templatesList } from './templates.ts';
import { tokensAdd, tokensRevoke, tokensShow } from './tokens.ts';
import { usersAdd, usersDelete, usersList, usersPassword, usersRole } from './users.ts';

export type AnyCommand = Command | StandaloneCommand;

export const commands: readonly AnyCommand[] = [
  doctor,
  backup,
  restore,
  tokensShow,
  tokensAdd,
  tokensRevoke,
  serversList,
  serversAdd,
  serversDelete,
  serversBulk,
  domainsList,
  domainsAdd,
  domainsVerify,
  domainsRotate,
  domainsVouch,
  domainsRecords,
  inboundRecords,
  inboundSample,
  sendersList,
  sendersAdd,
  sendersConfirm,
  streamsList,
  streamsUncertain,
  templatesList,
  templatesGallery,
  templatesInstall,
  suppressionsLift,
  queueUncertain,
  queueHeld,
  queueSend,
  queueDelivered,
  linksBlock,
  linksUnblock,
  linksBlocked,
  accountTokensList,
  accountTokensAdd,
  accountTokensRevoke,
  usersList,
  usersAdd,
  usersRole,
  usersPassword,
  usersDelete,
];

function nameOf(command: AnyCommand): string[] {
  return command.usage.split(' ').filter(word => !/^[<[]/.test(word) && !word.endsWith('>') && !word.endsWith(']'));
}

export function findCommand(words: readonly string[]): { command: AnyCommand; arguments: string[] } | undefined {
  for (const command of commands) {
    const name = nameOf(command);
    if (name.every((word, position) => words[position] === word))
      return { command, arguments: words.slice(name.length) };
  }
  return undefined;
}
