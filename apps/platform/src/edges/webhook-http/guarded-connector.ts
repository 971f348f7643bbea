// Opens the connections of webhook calls. It finds the addresses of the host itself, judges each, and connects to the very
// address that it judged: a name that leads elsewhere a moment later (DNS rebinding) changes nothing. TLS still asks for
// the host's name and checks the certificate against it.

import { isIP, type Socket } from 'node:net';
import { createSecureContext, type SecureContext, type TLSSocket, connect as tlsConnect } from 'node:tls';
import type { buildConnector } from 'undici';
import { dial, reachableFrom } from '../smtp-outbound/dial.ts';
import { reasonToForbid } from './address-rules.ts';
import { messageOf, stoppingText } from './failure-rules.ts';
import { findHostAddresses, type ResolveHost } from './host-addresses.ts';
import type { FindInHostsFile } from './hosts-file.ts';
import { CallError } from './url-call.ts';

export type GuardedConnectorOptions = {
  resolve: ResolveHost;
  findInHostsFile: FindInHostsFile;
  allowPrivateTargets: boolean;
  sourceAddress?: string | undefined;
  /** For one address, and again for TLS. */
  connectTimeoutInMilliseconds: number;
  /** Other than the system's, and another judge of addresses: for tests, where loopback has to play the world. */
  certificateAuthority?: string;
  reasonToForbid?: (address: string) => string | undefined;
};

export type GuardedConnector = {
  connect: buildConnector.connector;
  /**
   * True while a new connection is being handed over. The client sends its first request within that very moment, so a
   * request that starts at any other time goes over a connection that was used before.
   */
  isHandingOver(): boolean;
  /** Ends what is being opened. */
  close(): void;
};

type Target = { host: string; port: number; isTls: boolean };

/** A host with more addresses than this is not worth the wait. */
const addressesTriedMax = 6;
/** For an address that is not the last one: long enough for a second SYN, short enough where IPv6 leads nowhere. */
const patienceWithAlternativeInMilliseconds = 3_000;
const keepAliveInMilliseconds = 60_000;

export function createGuardedConnector(options: GuardedConnectorOptions): GuardedConnector {
  const ending = new AbortController();
  let secureContext: SecureContext | undefined;
  let isHandingOver = false;

  async function open({ host, port, isTls }: Target): Promise<Socket> {
    const addresses = await findHostAddresses(host, options.findInHostsFile, options.resolve);
    const socket = await connectToFirst(host, port, chooseAddresses(host, addresses, options));
    watch(socket);
    return isTls ? await secure(socket, host) : socket;
  }

  async function connectToFirst(host: string, port: number, addresses: readonly string[]): Promise<Socket> {
    const { sourceAddress, connectTimeoutInMilliseconds: patience } = options;
    const lastIndex = addresses.length - 1;
    let reason = '';
    for (const [index, address] of addresses.entries()) {
      if (ending.signal.aborted) break;
      const time = index < lastIndex ? Math.min(patience, patienceWithAlternativeInMilliseconds) : patience;
      const dialled = await dial(address, port, sourceAddress, time, ending.signal);
      if (dialled.kind === 'connected') return dialled.socket;
      reason = dialled.error;
    }
    throw new CallError('connection', ending.signal.aborted ? stoppingText : `no connection to ${host}: ${reason}`);
  }

  function secure(socket: Socket, host: string): Promise<TLSSocket> {
    secureContext ??= createSecureContext(
      options.certificateAuthority === undefined ? {} : { ca: options.certificateAuthority },
    );
    const name = host.replace(/\.$/, '');
    const secured = tlsConnect({
      socket,
      host: name,
      // Addresses are no names for SNI (RFC 6066 3); the certificate is then checked against the address.
      servername: isIP(name) === 0 ? name : '',
      secureContext,
      rejectUnauthorized: true,
      ALPNProtocols: ['http/1.1'],
    });
    watch(secured);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => fail('timeout during the TLS handshake'), options.connectTimeoutInMilliseconds);
      const onError = (error: Error) => fail(messageOf(error));
      const onClose = () => fail('the connection was closed during the TLS handshake');
      const onEnding = () => fail(stoppingText);
      function settle(): void {
        clearTimeout(timer);
        ending.signal.removeEventListener('abort', onEnding);
        secured.off('error', onError);
        secured.off('close', onClose);
      }
      function fail(reason: string): void {
        settle();
        secured.destroy();
        reject(new CallError('tls', reason));
      }
      ending.signal.addEventListener('abort', onEnding);
      secured.once('error', onError);
      secured.once('close', onClose);
      secured.once('secureConnect', () => {
        settle();
        resolve(secured);
      });
    });
  }

  return {
    connect({ hostname, protocol, port }, callback) {
      const isTls = protocol === 'https:';
      const target = { host: hostname, port: Number(port) || (isTls ? 443 : 80), isTls };
      open(target).then(
        socket => {
          isHandingOver = true;
          try {
            callback(null, socket);
          } finally {
            isHandingOver = false;
          }
        },
        error => callback(error instanceof CallError ? error : new CallError('connection', messageOf(error)), null),
      );
    },
    isHandingOver: () => isHandingOver,
    close: () => ending.abort(),
  };
}

function chooseAddresses(host: string, found: readonly string[], options: GuardedConnectorOptions): string[] {
  let allowed = [...found];
  if (!options.allowPrivateTargets) {
    const judge = options.reasonToForbid ?? reasonToForbid;
    const judged = found.map(address => ({ address, reason: judge(address) }));
    allowed = judged.filter(({ reason }) => reason === undefined).map(({ address }) => address);
    const [first] = judged;
    if (allowed.length === 0 && first) {
      const leads = first.address === host ? host : `${host} leads to ${first.address}, which`;
      throw new CallError('forbidden_address', `${leads} is ${first.reason}`);
    }
  }
  const reachable = reachableFrom(options.sourceAddress, allowed);
  if (reachable.length === 0) {
    throw new CallError('connection', `${host} has no address of the family of the source address`);
  }
  return reachable.slice(0, addressesTriedMax);
}

/** An error is always heard, whoever holds the socket at that moment. */
function watch(socket: Socket): void {
  socket.setKeepAlive(true, keepAliveInMilliseconds);
  socket.on('error', () => {});
}
