// Fetches the MTA-STS policy file of a domain over HTTPS, as RFC 8461 3.3 wants it: verified certificate,
// no redirects, and little patience. Addresses come from our own resolver.

import { request } from 'node:https';
import type { LookupFunction } from 'node:net';
import type { DnsResolver } from './dns-resolver.ts';
import type { FetchStsPolicy } from './mta-sts.ts';

const fileBytesMax = 64 * 1024;

export function createStsPolicyFetcher(options: {
  resolver: DnsResolver;
  /** For the whole exchange, on the wall clock. Default 10 s. */
  timeoutInMilliseconds?: number;
  /** Says which addresses may be connected to at all. Default: every one. */
  acceptsAddress?: (address: string) => boolean;
  /** Other than 443, and an authority other than the system's: for tests. */
  port?: number;
  certificateAuthority?: string;
}): FetchStsPolicy {
  const lookup = lookUpThrough(options.resolver, options.acceptsAddress ?? (() => true));
  return domain =>
    new Promise((resolve, reject) => {
      const outgoing = request({
        host: `mta-sts.${domain}`,
        port: options.port ?? 443,
        path: '/.well-known/mta-sts.txt',
        lookup,
        // A connection of its own: nothing is kept open for a file that is fetched once a week.
        agent: false,
        rejectUnauthorized: true,
        signal: AbortSignal.timeout(options.timeoutInMilliseconds ?? 10_000),
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

function lookUpThrough(resolver: DnsResolver, acceptsAddress: (address: string) => boolean): LookupFunction {
  async function addressesOf(hostName: string): Promise<{ address: string; family: number }[]> {
    const [four, six] = await Promise.all([resolver.lookUp(hostName, 'A'), resolver.lookUp(hostName, 'AAAA')]);
    const all = [
      ...(four.kind === 'records' ? four.records.map(address => ({ address, family: 4 })) : []),
      ...(six.kind === 'records' ? six.records.map(address => ({ address, family: 6 })) : []),
    ].filter(({ address }) => acceptsAddress(address));
    if (all.length === 0) throw new Error(`${hostName} has no address`);
    return all;
  }

  return (hostName, lookupOptions, callback) => {
    addressesOf(hostName).then(
      all => {
        const [first] = all;
        if (lookupOptions.all || !first) callback(null, all);
        else callback(null, first.address, first.family);
      },
      (error: Error) => callback(error, []),
    );
  };
}
