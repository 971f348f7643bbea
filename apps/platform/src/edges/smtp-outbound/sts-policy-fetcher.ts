// Fetches the MTA-STS policy file of a domain over HTTPS, as RFC 8461 3.3 wants it: verified certificate,
// no redirects, and little patience. Addresses come from our own resolver.

import { request } from 'node:https';
import type { DnsResolver } from './dns-resolver.ts';
import type { FetchStsPolicy } from './mta-sts.ts';

export type StsPolicyFetcherOptions = {
  resolver: DnsResolver;
  /** For the whole exchange, on the wall clock. Default 10 s. */
  timeoutInMilliseconds?: number;
  /** Says which addresses may be connected to at all. Default: every one. */
  acceptsAddress?: (address: string) => boolean;
  /** Other than 443, and an authority other than the system's: for tests. */
  port?: number;
  certificateAuthority?: string;
};

const fileBytesMax = 64 * 1024;
const addressesMax = 3;

export function createStsPolicyFetcher(options: StsPolicyFetcherOptions): FetchStsPolicy {
  return async domain => {
    const host = `mta-sts.${domain}`;
    const signal = AbortSignal.timeout(options.timeoutInMilliseconds ?? 10_000);
    let failure: unknown = new Error(`${host} has no address`);
    for (const address of await addressesOf(host, options)) {
      try {
        return await fetchFrom(address, host, options, signal);
      } catch (error) {
        failure = error;
        if (signal.aborted) break;
      }
    }
    throw failure;
  };
}

async function addressesOf(host: string, options: StsPolicyFetcherOptions): Promise<string[]> {
  const { resolver, acceptsAddress = () => true } = options;
  const answers = await Promise.all([resolver.lookUp(host, 'A'), resolver.lookUp(host, 'AAAA')]);
  const addresses = answers.flatMap(answer => (answer.kind === 'records' ? answer.records : []));
  return addresses.filter(acceptsAddress).slice(0, addressesMax);
}

/** The address is connected to, the name is asked for and compared to the certificate. */
function fetchFrom(
  address: string,
  host: string,
  options: StsPolicyFetcherOptions,
  signal: AbortSignal,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const outgoing = request({
      host: address,
      servername: host,
      headers: { host },
      port: options.port ?? 443,
      path: '/.well-known/mta-sts.txt',
      // A connection of its own: nothing is kept open for a file that is fetched once a week.
      agent: false,
      rejectUnauthorized: true,
      signal,
      ...(options.certificateAuthority ? { ca: options.certificateAuthority } : {}),
    });
    outgoing.on('error', reject);
    outgoing.on('response', response => {
      response.on('error', reject);
      const fault = faultOf(response.statusCode, response.headers['content-type']);
      if (fault) {
        outgoing.destroy(new Error(fault));
        return;
      }
      const chunks: Buffer[] = [];
      let bytes = 0;
      response.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        chunks.push(chunk);
        if (bytes > fileBytesMax) outgoing.destroy(new Error('the policy file is too large'));
      });
      response.on('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
    });
    outgoing.end();
  });
}

/** Only 200 counts, a redirect is a failure; text/plain keeps user pages of a shared host from passing as a policy. */
function faultOf(status: number | undefined, contentType: string | undefined): string | undefined {
  if (status !== 200) return `the policy server answered ${status}`;
  if (!/^text\/plain\b/i.test(contentType ?? '')) return 'the policy file is not text/plain';
  return undefined;
}
