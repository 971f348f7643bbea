// Opens a TCP connection to one address, within a time and until it is told to stop.

import { connect, isIP, isIPv6, type Socket } from 'node:net';

export type Dialled = { kind: 'connected'; socket: Socket } | { kind: 'failed'; error: string };

export function dial(
  address: string,
  port: number,
  localAddress: string | undefined,
  timeoutInMilliseconds: number,
  signal: AbortSignal | undefined,
): Promise<Dialled> {
  // A name would go through dns.lookup, which blocks the thread pool; names are resolved before.
  if (!isIP(address)) return Promise.resolve({ kind: 'failed', error: `${address} is not an IP address` });
  return new Promise(resolve => {
    const socket = connect({ host: address, port, noDelay: true, ...(localAddress ? { localAddress } : {}) });
    const timer = setTimeout(() => fail('timeout while connecting'), timeoutInMilliseconds);
    const onAbort = () => fail('aborted');
    const onError = (error: Error) => fail(error.message);

    function settle(): void {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      socket.off('error', onError);
    }
    function fail(error: string): void {
      settle();
      socket.on('error', () => {});
      socket.destroy();
      resolve({ kind: 'failed', error });
    }

    signal?.addEventListener('abort', onAbort);
    socket.once('error', onError);
    socket.once('connect', () => {
      settle();
      resolve({ kind: 'connected', socket });
    });
  });
}

/** Addresses that can be reached from the source address, if one is set: both must be of one family. */
export function reachableFrom(localAddress: string | undefined, addresses: readonly string[]): string[] {
  if (localAddress === undefined) return [...addresses];
  return addresses.filter(address => isIPv6(address) === isIPv6(localAddress));
}

export function isLoopback(address: string): boolean {
  return /^127\./.test(address) || address === '::1' || /^::ffff:127\./i.test(address);
}
