// Certificates for tests: an authority of our own, and good, expired and self-signed certificates of servers.
// RSA, because selfsigned 5.5.0 as installed cannot write elliptic-curve keys (two copies of its ASN.1 library).

import { generate } from 'selfsigned';

export type KeyAndCertificate = { key: string; cert: string };

const day = 24 * 60 * 60 * 1000;

/** A root that signs nothing outside of tests. */
export async function makeAuthority(): Promise<KeyAndCertificate> {
  const made = await generate([{ name: 'commonName', value: 'Test authority' }], {
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  return { key: made.private, cert: made.cert };
}

/** A certificate for `hostName`; without an authority it signs itself. An expired one ended yesterday. */
export async function makeCertificate(
  hostName: string,
  options: { authority?: KeyAndCertificate; expired?: boolean } = {},
): Promise<KeyAndCertificate> {
  const end = Date.now() + (options.expired ? -day : day);
  const made = await generate([{ name: 'commonName', value: hostName }], {
    algorithm: 'sha256',
    notBeforeDate: new Date(end - 30 * day),
    notAfterDate: new Date(end),
    extensions: [
      { name: 'basicConstraints', cA: false },
      { name: 'subjectAltName', altNames: [{ type: 2, value: hostName }] },
    ],
    ...(options.authority ? { ca: options.authority } : {}),
  });
  return { key: made.private, cert: made.cert };
}
