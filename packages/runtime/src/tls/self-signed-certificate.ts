// A certificate of our own making, for opportunistic STARTTLS where the operator has configured none. Mail servers do not
// check whom they talk to (RFC 3207 4.1), so it keeps out whoever only listens. RSA, because selfsigned 5.5.0 as installed
// cannot write elliptic-curve keys.

import { X509Certificate } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createSecureContext } from 'node:tls';

export type KeyAndCertificate = { cert: string; key: string };

const validDays = 3650;
const oneDayInMilliseconds = 86_400_000;
const fileName = 'self-signed.pem';

/** Kept in `folder`, and made anew when it is for another name or about to end. Key and certificate are one file, mode 0600. */
export async function loadOrMakeCertificate(folder: string, hostName: string, now: Date): Promise<KeyAndCertificate> {
  const file = path.join(folder, fileName);
  const kept = await readFile(file, 'utf8').catch(() => undefined); // There is none yet.
  const found = kept === undefined ? undefined : split(kept);
  if (found && isUsable(found, hostName, now)) return found;

  const made = await makeCertificate(hostName, now);
  await mkdir(folder, { recursive: true });
  // In one step, so that a process that reads it never finds half of it.
  const draft = `${file}.${process.pid}`;
  await writeFile(draft, made.key + made.cert, { mode: 0o600 });
  await rename(draft, file);
  return made;
}

async function makeCertificate(hostName: string, now: Date): Promise<KeyAndCertificate> {
  // Six hundred files that a start with a certificate at hand does not need: 0.3 s of it.
  const { generate } = await import('selfsigned');
  const made = await generate([{ name: 'commonName', value: hostName }], {
    algorithm: 'sha256',
    keySize: 2048,
    notBeforeDate: new Date(now.getTime() - oneDayInMilliseconds),
    notAfterDate: new Date(now.getTime() + validDays * oneDayInMilliseconds),
    extensions: [
      { name: 'basicConstraints', cA: false },
      { name: 'subjectAltName', altNames: [{ type: 2, value: hostName }] },
    ],
  });
  return { cert: `${made.cert.trim()}\n`, key: `${made.private.trim()}\n` };
}

function split(text: string): KeyAndCertificate | undefined {
  const key = /-----BEGIN (?:RSA )?PRIVATE KEY-----[^-]+-----END (?:RSA )?PRIVATE KEY-----\n/.exec(text)?.[0];
  const cert = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\n/.exec(text)?.[0];
  return key === undefined || cert === undefined ? undefined : { key, cert };
}

function isUsable(found: KeyAndCertificate, hostName: string, now: Date): boolean {
  try {
    createSecureContext(found);
    const certificate = new X509Certificate(found.cert);
    const daysLeft = (certificate.validToDate.getTime() - now.getTime()) / oneDayInMilliseconds;
    return daysLeft > 30 && certificate.subject === `CN=${hostName}`;
  } catch {
    return false;
  }
}
