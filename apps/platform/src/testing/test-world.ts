// For tests of features on a real database: partitions for now, an account with servers and their streams, a recorder of
// events that lets the test see them, an intake that only remembers, and the rows that a test asks about.

import { systemClock } from '@pennyblack/runtime/clock.ts';
import type { Database, Pool } from '@pennyblack/runtime/database/database.ts';
import { systemRandom } from '@pennyblack/runtime/random.ts';
import { createKeyRing } from '@pennyblack/runtime/secrets/key-ring.ts';
import { createUuidV7Source } from '@pennyblack/runtime/uuid-v7.ts';
import { createAccount } from '../features/accounts/create-account.ts';
import type { Lane } from '../features/delivery/delivery-item.ts';
import type { DeliveryIntake } from '../features/delivery/intake.ts';
import type { DomainDeps } from '../features/domains/ports.ts';
import type { StoredEvent } from '../features/events/event.ts';
import { createEventRecorder, type RecordEvents } from '../features/events/record-events.ts';
import { makePartitions } from '../features/retention/keep-partitions.ts';
import { findDefaultReplyTo } from '../features/senders/find-default-reply-to.ts';
import { findSenderStanding } from '../features/senders/find-sender-standing.ts';
import { type AcceptDeps, type AcceptMessage, createAcceptMessage } from '../features/sending/accept-message.ts';
import { type AcceptBulkDeps, createAcceptBulk } from '../features/sending/bulk/accept-bulk.ts';
import { type AcceptBulkForCaller, createAcceptBulkForCaller } from '../features/sending/bulk/accept-for-caller.ts';
import { createServer } from '../features/servers/create-server.ts';
import { findSendingServer } from '../features/servers/find-server.ts';
import type { DeliveryType, SendingServer } from '../features/servers/server.ts';
import { createDefaultStreams } from '../features/streams/create-default-streams.ts';
import { findStreams } from '../features/streams/find-streams.ts';
import { suppressAddresses } from '../features/suppressions/suppress-addresses.ts';
import type { SuppressionReason } from '../features/suppressions/suppression.ts';
import { readSendableSource } from '../features/templates/sendable-template.ts';
import { testDatabase } from './test-database.ts';

export const testKeyRing = createKeyRing([Buffer.alloc(32, 7)]);
export const makeTestId = createUuidV7Source(systemClock, systemRandom);

export type TestWorld = {
  database: Database;
  connectionString: string;
  accountId: number;
  accountToken: string;
  /** Live, with the three default streams; `token` is its API token. */
  server: SendingServer & { token: string };
  /** Everything that was recorded, stored or not, in a transaction that may have been rolled back. */
  heard: StoredEvent[];
  recordEvents: RecordEvents;
};

export async function testWorld(): Promise<TestWorld> {
  const { database, connectionString } = await testDatabase();
  await makePartitions(database.results, 7, new Date());
  const { accountId, token: accountToken } = await database.accept.transaction(tx =>
    createAccount(tx, testKeyRing, { name: 'Shop', givenToken: undefined }, new Date()),
  );
  const heard: StoredEvent[] = [];
  const recordEvents = createEventRecorder(makeTestId, [async (_tx, events) => void heard.push(...events)]);
  const server = await addServer(database.accept, accountId, 'Live');
  return { database, connectionString, accountId, accountToken, server, heard, recordEvents };
}

let serversMade = 0;

export async function addServer(
  db: Pool,
  accountId: number,
  deliveryType: DeliveryType,
): Promise<SendingServer & { token: string }> {
  serversMade += 1;
  const name = `Server ${serversMade}`;
  const made = await db.transaction(async tx => {
    const created = await createServer(tx, testKeyRing, { accountId, name, deliveryType, color: 'blue' }, new Date());
    await createDefaultStreams(tx, created.serverId, new Date());
    return created;
  });
  const server = await findSendingServer(db, made.serverId);
  if (!server) throw new Error('The server that was just made is not there.');
  return { ...server, token: made.token };
}

export async function suppress(
  db: Pool,
  serverId: number,
  address: string,
  { streamId = 'outbound', reason = 'HardBounce' }: { streamId?: string; reason?: SuppressionReason } = {},
): Promise<void> {
  const row = { serverId, streamId, addressKey: address.toLowerCase(), emailAddress: address, reason };
  await db.transaction(tx => suppressAddresses(tx, [{ ...row, origin: 'Recipient' }], new Date()));
}

/** An intake that remembers. `owner` is what `reserve` answers: undefined means that there is no room. */
export type FakeIntake = DeliveryIntake & {
  owner: number | undefined;
  roomReserved: number;
  taken: { messageId: string; addresses: string[]; lane: Lane; ownerNumber: number }[];
  woken: number;
};

export function createFakeIntake(owner: number | undefined): FakeIntake {
  const intake: FakeIntake = {
    owner,
    roomReserved: 0,
    taken: [],
    woken: 0,
    reserve: (_lane, _message, recipients) => {
      if (intake.owner !== undefined) intake.roomReserved += recipients;
      return intake.owner;
    },
    cancel: (_lane, _message, recipients) => {
      intake.roomReserved -= recipients;
    },
    take: (lane, { messageId }, recipients, ownerNumber) => {
      const addresses = recipients.map(recipient => recipient.mailbox.address);
      intake.taken.push({ messageId, addresses, lane, ownerNumber });
    },
    wake: () => {
      intake.woken += 1;
    },
  };
  return intake;
}

/** Accepts for the world's servers without caches. Senders are not checked unless a test asks for it. */
export function createTestAcceptor(
  world: TestWorld,
  intake: DeliveryIntake,
  overrides: Partial<AcceptDeps> = {},
): AcceptMessage {
  return createAcceptMessage({ ...testAcceptDeps(world, intake), ...overrides });
}

export function testAcceptDeps(world: TestWorld, intake: DeliveryIntake): AcceptDeps {
  const { reads } = world.database;
  return {
    db: world.database,
    recordEvents: world.recordEvents,
    intake,
    clock: systemClock,
    makeMessageId: makeTestId,
    findStreams: serverId => findStreams(reads, serverId),
    findSenderStanding: (accountId, from) => findSenderStanding(reads, accountId, from),
    findDefaultReplyTo: (accountId, from) => findDefaultReplyTo(reads, accountId, from),
    settings: { mailHostname: 'mail.shop.test', requireVerifiedSenders: false, allowNonAsciiMailboxes: false },
  };
}

/** Takes bulk requests of the world's servers. Nothing works them off unless a test does. */
export function createTestBulkAcceptor(world: TestWorld, overrides: Partial<AcceptBulkDeps> = {}): AcceptBulkForCaller {
  const { reads } = world.database;
  const acceptBulk = createAcceptBulk({
    ...testAcceptDeps(world, createFakeIntake(undefined)),
    db: reads,
    now: systemClock.now,
    findTemplate: (serverId, key) => readSendableSource(reads, serverId, key),
    wake: () => {},
    ...overrides,
  });
  return createAcceptBulkForCaller(acceptBulk, serverId => findSendingServer(reads, serverId));
}

/** Nothing is in the DNS unless the test says so. */
export function testDomainDeps(world: TestWorld, overrides: Partial<DomainDeps> = {}): DomainDeps {
  return {
    db: world.database.reads,
    keyRing: testKeyRing,
    lookUp: async () => ({ kind: 'absent' }),
    hosts: { mailHost: 'mail.shop.test', trackingHost: 'click.shop.test', inboundDomain: 'inbound.mail.shop.test' },
    recordEvents: world.recordEvents,
    ...overrides,
  };
}

export type QueueRow = {
  messageId: string;
  recipientNumber: number;
  lane: number;
  streamId: string;
  dueAt: Date;
  owner: number | null;
  attempts: number;
  reclaims: number;
  isUncertain: boolean;
  isHeld: boolean;
  lastReply: string | null;
};

/** The queue of one server, or of one of its messages, in the order of message and recipient. */
export async function readQueue(db: Pool, serverId: number, messageId?: string): Promise<QueueRow[]> {
  const rows = await db.query<QueueRow>`
    select message_id as "messageId", recipient_number as "recipientNumber", lane, stream_id as "streamId",
           due_at as "dueAt", owner_process as owner, attempts, reclaims, is_uncertain as "isUncertain",
           is_held as "isHeld", last_reply as "lastReply"
    from delivery_queue where server_id = ${serverId} order by message_id, recipient_number`;
  return messageId === undefined ? rows : rows.filter(row => row.messageId === messageId);
}

export type EventRow = {
  kind: string;
  messageId: string | null;
  recipientNumber: number | null;
  recipient: string | null;
  details: Record<string, unknown>;
};

/** What is stored, oldest first. */
export async function readEvents(db: Pool, serverId: number, messageId?: string): Promise<EventRow[]> {
  const rows = await db.query<EventRow>`
    select kind, message_id as "messageId", recipient_number as "recipientNumber", recipient, details
    from events where server_id = ${serverId} order by event_id`;
  return messageId === undefined ? rows : rows.filter(row => row.messageId === messageId);
}
