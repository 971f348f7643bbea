// Asks one DNS server one question: over UDP, and again over TCP when the answer was cut short.
// Sources: RFC 1035 4.2, RFC 5452 (what an answer must match), RFC 6891 (EDNS), RFC 7766 (TCP).

import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { connect, isIPv6 } from 'node:net';
import { type DecodedPacket, decode, encode, RECURSION_DESIRED, type RecordType } from 'dns-packet';
import type { DnsServerAddress } from './dns-servers.ts';

export type DnsQuestion = { name: string; type: RecordType };
export type DnsExchange = { kind: 'message'; message: DecodedPacket } | { kind: 'failed'; reason: string };

/** The size that passes everywhere without fragments (DNS flag day 2020). */
const udpPayloadBytes = 1232;
const formatError = 1;
const notImplemented = 4;

/** `timeoutInMilliseconds` holds for each of at most three steps: UDP, UDP without EDNS, TCP. */
export async function askDnsServer(
  server: DnsServerAddress,
  question: DnsQuestion,
  timeoutInMilliseconds: number,
): Promise<DnsExchange> {
  let outcome = await exchangeOverUdp(server, question, timeoutInMilliseconds, true);
  if (outcome.kind === 'failed') return outcome;
  // A server from before EDNS refuses the question as such (RFC 6891 7).
  if ([formatError, notImplemented].includes(responseCode(outcome.message))) {
    outcome = await exchangeOverUdp(server, question, timeoutInMilliseconds, false);
    if (outcome.kind === 'failed') return outcome;
  }
  if (!outcome.message.flag_tc) return outcome;
  return exchangeOverTcp(server, question, timeoutInMilliseconds);
}

export function responseCode(message: DecodedPacket): number {
  return (message.flags ?? 0) & 0x0f;
}

/**
 * Each question gets its own socket, so its source port is as hard to guess as its id. The socket is connected:
 * the kernel drops what other addresses send. What does not match the question is passed over, and the wait goes on.
 */
function exchangeOverUdp(
  server: DnsServerAddress,
  question: DnsQuestion,
  timeoutInMilliseconds: number,
  withEdns: boolean,
): Promise<DnsExchange> {
  return new Promise(resolve => {
    const id = randomInt(65_536);
    const socket = createSocket(isIPv6(server.ip) ? 'udp6' : 'udp4');
    const timer = setTimeout(() => finish({ kind: 'failed', reason: 'timeout' }), timeoutInMilliseconds);
    let isFinished = false;

    function finish(outcome: DnsExchange): void {
      if (isFinished) return;
      isFinished = true;
      clearTimeout(timer);
      socket.close();
      resolve(outcome);
    }

    socket.on('error', error => finish({ kind: 'failed', reason: error.message }));
    socket.on('message', bytes => {
      const message = readAnswer(bytes, id, question);
      if (message) finish({ kind: 'message', message });
    });
    socket.on('connect', () => {
      if (!isFinished) socket.send(writeQuestion(id, question, withEdns));
    });
    socket.connect(server.port, server.ip);
  });
}

function exchangeOverTcp(
  server: DnsServerAddress,
  question: DnsQuestion,
  timeoutInMilliseconds: number,
): Promise<DnsExchange> {
  return new Promise(resolve => {
    const id = randomInt(65_536);
    const socket = connect({ host: server.ip, port: server.port });
    const timer = setTimeout(() => finish({ kind: 'failed', reason: 'timeout over TCP' }), timeoutInMilliseconds);
    let received: Buffer = Buffer.alloc(0);

    function finish(outcome: DnsExchange): void {
      clearTimeout(timer);
      socket.destroy();
      resolve(outcome);
    }

    socket.on('error', error => finish({ kind: 'failed', reason: error.message }));
    socket.on('close', () => finish({ kind: 'failed', reason: 'the server closed the connection' }));
    socket.on('data', chunk => {
      // At most 64 KB and a length: one answer to the one question of this connection.
      received = Buffer.concat([received, chunk]);
      const length = received.length < 2 ? Number.POSITIVE_INFINITY : received.readUInt16BE(0);
      if (received.length < 2 + length) return;
      const message = readAnswer(received.subarray(2, 2 + length), id, question);
      finish(message ? { kind: 'message', message } : { kind: 'failed', reason: 'an answer that does not match' });
    });
    const packet = writeQuestion(id, question, true);
    const length = Buffer.alloc(2);
    length.writeUInt16BE(packet.length);
    socket.write(Buffer.concat([length, packet]));
  });
}

function writeQuestion(id: number, question: DnsQuestion, withEdns: boolean): Buffer {
  const edns = { udpPayloadSize: udpPayloadBytes, extendedRcode: 0, ednsVersion: 0, flags: 0, flag_do: false };
  return encode({
    type: 'query',
    id,
    flags: RECURSION_DESIRED,
    questions: [question],
    additionals: withEdns ? [{ type: 'OPT', name: '.', ...edns, options: [] }] : [],
  });
}

function readAnswer(bytes: Buffer, id: number, question: DnsQuestion): DecodedPacket | undefined {
  let message: DecodedPacket;
  try {
    message = decode(bytes);
  } catch {
    // Not a DNS message: whoever sent it does not know our question.
    return undefined;
  }
  const [echoed] = message.questions ?? [];
  if (!message.flag_qr || message.id !== id || !echoed || message.questions?.length !== 1) return undefined;
  if (echoed.type !== question.type || (echoed.class ?? 'IN') !== 'IN') return undefined;
  return echoed.name.toLowerCase() === question.name.toLowerCase() ? message : undefined;
}
