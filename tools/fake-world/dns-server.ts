// A real DNS server for tests, over UDP and TCP on 127.0.0.1, that answers from zones given as data
// (dns-zones.ts) and can fail in the ways that real ones do.

import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import {
  type Answer,
  AUTHORITATIVE_ANSWER,
  type DecodedPacket,
  decode,
  encode,
  RECURSION_AVAILABLE,
  TRUNCATED_RESPONSE,
} from 'dns-packet';
import {
  answerFromZones,
  type DnsBehaviour,
  type DnsName,
  type DnsQuestionType,
  type DnsZones,
  type MxRecord,
  type ZoneAnswer,
} from './dns-zones.ts';

export type { DnsBehaviour, DnsName, DnsQuestionType, DnsZones, MxRecord } from './dns-zones.ts';

export type Query = { name: string; type: string; transport: 'udp' | 'tcp' };

export type DnsServer = {
  /** `127.0.0.1:port`, the same port for UDP and TCP. */
  address: string;
  /** Every question heard so far, in order. */
  queries: Query[];
  /** Changes one type of one name, or with `*` the whole name. */
  set(
    name: string,
    type: DnsQuestionType | '*',
    value: readonly string[] | readonly MxRecord[] | string | DnsName | DnsBehaviour,
  ): void;
  /** Answers there too: programs that take their name server from resolv.conf know port 53 alone. */
  listenAlso(host: string, port: number): Promise<void>;
  close(): Promise<void>;
};

export type DnsServerOptions = {
  /** Seconds that a negative answer may be kept: the minimum of the SOA (RFC 2308 section 4). Default 60. */
  negativeTtl?: number;
};

const responseCodes = { noerror: 0, servfail: 2, nxdomain: 3, refuse: 5, timeout: 0 } as const;

export async function startDnsServer(initialZones: DnsZones, options: DnsServerOptions = {}): Promise<DnsServer> {
  const zones: DnsZones = { ...initialZones };
  const queries: Query[] = [];
  const sockets = new Set<Socket>();

  function respond(message: Buffer, transport: 'udp' | 'tcp', send: (packet: Buffer) => void): void {
    const query = tryToDecode(message);
    const question = query?.questions?.[0];
    if (!query || !question) return;
    queries.push({ name: question.name, type: question.type, transport });

    const found = answerFromZones(zones, question.name, question.type);
    if (found.code === 'timeout') return;
    if (transport === 'udp') sendForgery(found, query, send);
    send(buildReply(query, found, transport, options.negativeTtl ?? 60));
  }

  const listeners: { udp: UdpSocket; tcp: Server }[] = [];
  function answer({ udp, tcp }: { udp: UdpSocket; tcp: Server }): void {
    listeners.push({ udp, tcp });
    udp.on('message', (message, from) => {
      respond(message, 'udp', packet => udp.send(packet, from.port, from.address));
    });
    tcp.on('connection', socket => {
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
      socket.on('error', () => socket.destroy());
      let waiting = Buffer.alloc(0);
      socket.on('data', chunk => {
        waiting = Buffer.concat([waiting, chunk]);
        while (waiting.length >= 2 && waiting.length >= 2 + waiting.readUInt16BE(0)) {
          const end = 2 + waiting.readUInt16BE(0);
          const message = waiting.subarray(2, end);
          waiting = waiting.subarray(end);
          respond(message, 'tcp', packet => socket.write(withLength(packet)));
        }
      });
    });
  }
  const first = await bindBoth();
  answer(first);

  return {
    address: `127.0.0.1:${first.udp.address().port}`,
    queries,
    set(name, type, value) {
      const key = name.toLowerCase();
      if (type === '*') {
        zones[key] = value as DnsName | DnsBehaviour;
        return;
      }
      const before = zones[key];
      const kept = typeof before === 'object' ? before : {};
      zones[key] = { ...kept, [type]: value };
    },
    listenAlso: async (host, port) => answer(await bindBoth(host, port)),
    async close() {
      for (const socket of sockets) socket.destroy();
      await Promise.all(
        listeners.flatMap(({ udp, tcp }) => [
          new Promise<void>(done => udp.close(done)),
          new Promise(done => tcp.close(done)),
        ]),
      );
    },
  };
}

function buildReply(query: DecodedPacket, found: ZoneAnswer, transport: 'udp' | 'tcp', negativeTtl: number): Buffer {
  const question = query.questions?.[0];
  const reply = {
    type: 'response' as const,
    id: query.id ?? 0,
    flags: AUTHORITATIVE_ANSWER | RECURSION_AVAILABLE | responseCodes[found.code],
    questions: query.questions ?? [],
    answers: found.answers,
    authorities: found.answers.some(each => each.type === question?.type) ? [] : startOfAuthority(negativeTtl),
  };
  const packet = encode(reply);
  if (transport === 'tcp') return packet;
  // Without EDNS an answer over UDP ends at 512 bytes (RFC 1035 4.2.1); with it, at what the asker offered.
  const offered = query.additionals?.find(each => each.type === 'OPT')?.udpPayloadSize ?? 512;
  if (!found.truncated && packet.length <= offered) return packet;
  return encode({ ...reply, flags: reply.flags | TRUNCATED_RESPONSE, answers: [], authorities: [] });
}

function startOfAuthority(negativeTtl: number): Answer[] {
  const data = { mname: 'ns.invalid', rname: 'root.invalid', serial: 1, refresh: 1, retry: 1, expire: 1 };
  return [{ type: 'SOA', name: '.', ttl: negativeTtl, data: { ...data, minimum: negativeTtl } }];
}

function sendForgery(found: ZoneAnswer, query: DecodedPacket, send: (packet: Buffer) => void): void {
  if (!found.forgedFirst) return;
  if (found.forgedFirst === 'garbage') {
    send(Buffer.from('not a DNS message at all'));
    return;
  }
  const question = query.questions?.[0] ?? { type: 'A' as const, name: '.' };
  const name = found.forgedFirst === 'question' ? 'elsewhere.example' : question.name;
  send(
    encode({
      type: 'response',
      id: found.forgedFirst === 'id' ? ((query.id ?? 0) + 1) & 0xffff : (query.id ?? 0),
      questions: [{ ...question, name }],
      answers: [{ type: 'A', name, ttl: 3600, data: '203.0.113.66' }],
    }),
  );
}

/** UDP picks the free port; TCP must get the same one, so another is tried when it is taken. */
async function bindBoth(host = '127.0.0.1', port = 0): Promise<{ udp: UdpSocket; tcp: Server }> {
  for (let attempt = 1; ; attempt += 1) {
    const udp = createSocket('udp4');
    udp.bind(port, host);
    await once(udp, 'listening');
    const tcp = createServer();
    tcp.listen(udp.address().port, host);
    try {
      await once(tcp, 'listening');
      return { udp, tcp };
    } catch (error) {
      udp.close();
      if (attempt === 20) throw error;
    }
  }
}

function tryToDecode(message: Buffer): DecodedPacket | undefined {
  try {
    return decode(message);
  } catch {
    // Not DNS: a real server stays silent too.
    return undefined;
  }
}

function withLength(packet: Buffer): Buffer {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(packet.length);
  return Buffer.concat([length, packet]);
}
