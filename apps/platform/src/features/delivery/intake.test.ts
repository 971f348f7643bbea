import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createSetClock } from '@pennyblack/runtime/clock.ts';
import type { NewMessage, Recipient } from '../messages/message.ts';
import { packContent } from '../messages/message-content.ts';
import { bytesOfContent, type DeliveryItem, lanes } from './delivery-item.ts';
import { createIntake } from './intake.ts';
import type { Outcome } from './outcome.ts';
import { createRoom } from './room.ts';
import { sampleContent, sampleTime } from './testing/sample-items.ts';

const { transactional } = lanes;
const content = sampleContent();

function recipient(recipientNumber: number, address: string): Recipient {
  const [localPart = '', domain = ''] = address.split('@');
  const mailbox = { name: '', localPart, domain, address };
  return { recipientNumber, field: 'To', mailbox, addressKey: address.toLowerCase() };
}

const recipients = [recipient(0, 'Ana@Buyer.test'), recipient(1, 'ben@buyer.test')];

const message: NewMessage = {
  serverId: 3,
  messageId: '01900000-0000-7000-8000-00000000000a',
  streamId: 'outbound',
  receivedAt: sampleTime,
  fromDisplay: 'desk@shop.test',
  fromKey: 'desk@shop.test',
  trackOpens: false,
  trackLinks: 'None',
  recipients,
  content,
  packedContent: packContent(content),
};

function setUp(itemsMaxPerLane = 2) {
  const room = createRoom({ itemsMaxPerLane, bytesMax: 2 * bytesOfContent(content) });
  const dispatched: DeliveryItem[] = [];
  const finished: { to: string; outcome: Outcome }[] = [];
  let processNumber = 7;
  const intake = createIntake({
    clock: createSetClock(sampleTime),
    room,
    items: {
      finish: (item, outcome) => finished.push({ to: item.address, outcome }),
      defer: () => assert.fail('nothing was tried'),
    },
    dispatch: item => dispatched.push(item),
    processNumber: () => processNumber,
    wake: () => {},
  });
  const loseLease = () => {
    processNumber = 8;
  };
  return { room, dispatched, finished, intake, loseLease };
}

test('what finds room is owned by this process from the start, and goes out after the commit', () => {
  const { room, dispatched, intake } = setUp();
  assert.equal(intake.reserve(transactional, message, 2), 7);
  assert.equal(room.itemsHeld(), 2);
  intake.take(transactional, message, recipients, 7);
  assert.deepEqual(
    dispatched.map(item => [item.recipientNumber, item.address, item.addressKey, item.ownerNumber, item.attempts]),
    [
      [0, 'Ana@Buyer.test', 'ana@buyer.test', 7, 0],
      [1, 'ben@buyer.test', 'ben@buyer.test', 7, 0],
    ],
  );
  // One object for both, so that the message is composed once.
  assert.equal(dispatched[0]?.message, dispatched[1]?.message);
});

test('what finds no room has no owner and waits in the database', () => {
  const { room, intake } = setUp(1);
  assert.equal(intake.reserve(transactional, message, 2), undefined);
  assert.equal(room.itemsHeld(), 0);
});

test('a transaction that failed leaves the room as it was', () => {
  const { intake } = setUp();
  intake.reserve(transactional, message, 2);
  intake.cancel(transactional, message, 2);
  assert.equal(intake.reserve(transactional, message, 2), 7);
});

test('a lease lost during the commit: the rows are somebody else’s now, so nothing is sent and nothing recorded', () => {
  const { room, dispatched, finished, intake, loseLease } = setUp();
  const owner = intake.reserve(transactional, message, 2);
  loseLease();
  intake.take(transactional, message, recipients, owner ?? 0);
  assert.deepEqual([dispatched, finished], [[], []]);
  assert.equal(room.itemsHeld(), 0);
  assert.equal(intake.reserve(transactional, message, 2), 8);
});

test('a stop during the commit: the rows are given back at once, without an attempt', () => {
  const { dispatched, finished, intake } = setUp();
  const owner = intake.reserve(transactional, message, 2);
  intake.close();
  intake.take(transactional, message, recipients, owner ?? 0);
  assert.deepEqual(dispatched, []);
  assert.deepEqual(finished, [
    { to: 'Ana@Buyer.test', outcome: { kind: 'released', dueAt: sampleTime } },
    { to: 'ben@buyer.test', outcome: { kind: 'released', dueAt: sampleTime } },
  ]);
  assert.equal(intake.reserve(transactional, message, 2), undefined);
});
