// Commands for recipients of whom nobody knows whether they got their mail, and for those who get none.

import { systemClock } from '@pennyblack/runtime/clock.ts';
import type { Tx } from '@pennyblack/runtime/database/database.ts';
import { systemRandom } from '@pennyblack/runtime/random.ts';
import { buildEventRecorder } from '../build-events.ts';
import { announceDirectoryChange } from '../features/accounts/announce-change.ts';
import { listHeld, sendHeldAgain, takeHeldForDelivered } from '../features/delivery/decide-held.ts';
import { listUncertain } from '../features/events/list-uncertain.ts';
import { chooseUncertainRecipients } from '../features/streams/choose-uncertain-recipients.ts';
import { liftSuppression } from '../features/suppressions/lift-suppression.ts';
import type { Command } from './command.ts';
import { readAddress, readMessageId, readServerId } from './words.ts';

export const streamsUncertain: Command = {
  usage: 'streams uncertain <server-id> <stream> <send_again|hold>',
  summary: 'What happens, after a crash, to recipients who may have got their mail already.',
  run: async (context, [serverId, streamId, choice]) => {
    if (choice !== 'send_again' && choice !== 'hold') throw new Error('The choice is send_again or hold.');
    await context.db.accept.transaction(async tx => {
      await chooseUncertainRecipients(tx, readServerId(serverId), streamId ?? '', choice, context.now);
      await announceDirectoryChange(tx);
    });
    context.print(`Stream ${streamId} of server ${serverId}: ${choice}.`);
  },
};

export const queueUncertain: Command = {
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

export const queueHeld: Command = {
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

export const queueSend: Command = {
  usage: 'queue send <server-id> <message-id>',
  summary: 'Sends to the held recipients of a message again; a second copy is possible.',
  run: async (context, [serverId, messageId]) => {
    const send = (tx: Tx) => sendHeldAgain(tx, readServerId(serverId), readMessageId(messageId));
    const count = await context.db.accept.transaction(send);
    context.print(`${count} recipients go again.`);
  },
};

export const queueDelivered: Command = {
  usage: 'queue delivered <server-id> <message-id>',
  summary: 'Takes the held recipients of a message for delivered, on your word.',
  run: async (context, [serverId, messageId]) => {
    const recordEvents = buildEventRecorder(systemClock, systemRandom);
    const take = (tx: Tx) =>
      takeHeldForDelivered(tx, recordEvents, readServerId(serverId), readMessageId(messageId), context.now);
    const count = await context.db.accept.transaction(take);
    context.print(`${count} recipients are taken for delivered.`);
  },
};

export const suppressionsLift: Command = {
  usage: 'suppressions lift <server-id> <stream> <address>',
  summary: 'Lets an address receive mail of a stream again.',
  run: async (context, [serverId, streamId, address]) => {
    const recordEvents = buildEventRecorder(systemClock, systemRandom);
    const lift = {
      serverId: readServerId(serverId),
      streamId: streamId ?? '',
      emailAddress: readAddress(address),
      origin: 'Admin' as const,
    };
    const isLifted = await context.db.accept.transaction(tx => liftSuppression(tx, recordEvents, lift, context.now));
    context.print(isLifted ? `${address} may receive mail again.` : `${address} is not suppressed on that stream.`);
  },
};
