// Sends inbound mail on instead of posting it: to an address by its MX, or to a server that the customer names. One attempt, told
// as the outcome of a call, so that what waits, is tried again or fails does so as a post would.
// Sources: RFC 5321 4.4 and 6.3 (trace, loops), RFC 9228 (Delivered-To), RFC 3834 4 (the null sender stays null).

import { isAscii } from 'node:buffer';
import { withoutForgedFields } from '@pennyblack/email/inbound/forged-fields.ts';
import type { Queryable } from '@pennyblack/runtime/database/database.ts';
import { envelopeRecipient } from '../delivery/envelope.ts';
import type { Connect, ConnectTarget, FindMailHosts, Sent } from '../delivery/ports.ts';
import type { StoredEvent } from '../events/event.ts';
import type { ForwardTarget } from '../servers/inbound-action.ts';
import { type ByteBudget, createByteBudget } from './byte-budget.ts';
import { fieldsFor, foldedLine } from './own-fields.ts';
import { unpackSource } from './pack-source.ts';
import { postDetailsOf } from './post-events.ts';
import { ourNameIn } from './read-post.ts';
import { findSource, type SourceRow } from './store.ts';

export type ForwardEnd =
  /** The last word of the last server that was asked. */
  | { kind: 'answered'; isAccepted: boolean; code: number; text: string }
  | { kind: 'failed'; failure: 'dns' | 'connection'; text: string }
  /** It was erased, or its time is over. */
  | { kind: 'gone' };

/** Never rejects for what the world does. */
export type ForwardMail = (target: ForwardTarget, event: StoredEvent) => Promise<ForwardEnd>;

export type ForwardDeps = {
  db: Queryable;
  findMailHosts: FindMailHosts;
  connect: Connect;
  mailHostname: string;
  /** Port of the world's mail servers. */
  mxPort: number;
};

/** The source as it is stored, unpacked, and with our fields. */
const timesItsSource = 3;
const bytesInMemoryMax = 128 * 1024 * 1024;
/** Of a domain: as many as have any sense while somebody waits for the result. */
const hostsMax = 5;

export function createForwardMail(
  deps: ForwardDeps,
  budget: ByteBudget = createByteBudget(bytesInMemoryMax),
): ForwardMail {
  return async (target, event) => {
    const details = postDetailsOf(event);
    if (!details) return { kind: 'gone' };
    const key = { serverId: event.serverId, sourceId: details.sourceId };
    return budget.within(event.serverId, details.sourceBytes * timesItsSource, async () => {
      const row = await findSource(deps.db, key);
      if (!row) return { kind: 'gone' };
      const targets = await targetsOf(deps, target);
      if ('kind' in targets) return targets;
      const source = await unpackSource(row.packedSource, row.sourceBytes);
      return sendOn(deps, targets, target, row, source, event.recipient ?? '');
    });
  };
}

type Refusal = Extract<ForwardEnd, { kind: 'answered' | 'failed' }>;

async function targetsOf(
  { findMailHosts, mxPort }: ForwardDeps,
  target: ForwardTarget,
): Promise<readonly ConnectTarget[] | Refusal> {
  if (target.kind === 'server') {
    const { kind: _, ...server } = target;
    return [{ ...server, mustVerifyTls: false }];
  }
  const found = await findMailHosts(target.address.slice(target.address.lastIndexOf('@') + 1));
  switch (found.kind) {
    case 'hosts':
      return found.hosts
        .slice(0, hostsMax)
        .map(({ name }) => ({ host: name, port: mxPort, mustVerifyTls: found.mustVerifyTls }));
    case 'no_mail':
      // RFC 7505 3: the reply to a domain that takes no mail.
      return { kind: 'answered', isAccepted: false, code: 556, text: '5.1.10 The domain takes no mail' };
    default:
      return { kind: 'failed', failure: 'dns', text: found.reason };
  }
}

async function sendOn(
  deps: ForwardDeps,
  targets: readonly ConnectTarget[],
  target: ForwardTarget,
  row: SourceRow,
  source: Buffer,
  recipient: string,
): Promise<ForwardEnd> {
  const to = envelopeRecipient(target.kind === 'address' ? target.address : recipient);
  const mail = {
    // An address of ours, whose reports are read and answered by nobody; what must not be answered still is not.
    mailFrom: row.mailFrom === '' ? '' : `mailer-daemon@${deps.mailHostname}`,
    recipient: to.recipient,
    header: traceOf(target, row, recipient),
    body: withoutForgedFields(source, ourNameIn(row.fields ?? [])),
    needsSmtpUtf8: to.isInternational,
    eightBit: !isAscii(source),
    mayEnd: Promise.resolve(),
  };
  let end: ForwardEnd = { kind: 'failed', failure: 'connection', text: 'no mail server' };
  for (const server of targets) {
    const connected = await deps.connect(server);
    if (connected.kind === 'failed') {
      const { reply } = connected;
      const error = `${server.host}: ${connected.error ?? 'connection failed'}`;
      end = reply
        ? { kind: 'answered', isAccepted: false, code: busyCode(reply.code), text: reply.text }
        : { kind: 'failed', failure: 'connection', text: error };
      continue;
    }
    const { connection } = connected;
    try {
      return endOf(await connection.send(mail));
    } finally {
      await connection.quit();
    }
  }
  return end;
}

/** A server that refuses the conversation has not refused this mail: it may be another's turn tomorrow. */
function busyCode(code: number): number {
  return code >= 500 ? 421 : code;
}

function endOf(sent: Sent): ForwardEnd {
  if (sent.kind === 'lost') return { kind: 'failed', failure: 'connection', text: sent.error };
  const { code, text } = sent.reply;
  return { kind: 'answered', isAccepted: sent.isAccepted, code, text };
}

/** Delivered-To is how mail that comes back to the same address is known for a loop (loop-rules.ts). */
function traceOf(target: ForwardTarget, { fields }: Pick<SourceRow, 'fields'>, recipient: string): Buffer {
  const where = target.kind === 'address' ? target.address : target.host;
  const ours = [
    { name: 'Delivered-To', value: recipient },
    { name: 'X-Forwarded-To', value: where },
    { name: 'X-Forwarded-For', value: `${recipient} ${where}` },
    ...fieldsFor(recipient, fields ?? []).filter(field => field.name !== 'Return-Path'),
  ];
  return Buffer.from(ours.map(foldedLine).join(''));
}
