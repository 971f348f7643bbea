// Keys of DKIM signatures: made, loaded once, and published. Sources: RFC 6376 3.6.1 (record), RFC 8463 (Ed25519),
// RFC 8301 3.2 (RSA keys of at least 1024, better 2048 bits).

import { createPrivateKey, createPublicKey, generateKeyPair, type KeyObject } from 'node:crypto';
import { promisify } from 'node:util';

export type DkimAlgorithm = 'rsa-sha256' | 'ed25519-sha256';

/** Made once per domain and kept: reading the PEM text costs as much as a signature does. */
export type SigningKey = { domain: string; selector: string; algorithm: DkimAlgorithm; privateKey: KeyObject };

const rsaBits = 2048;
const generate = promisify(generateKeyPair);
// The 32 key bytes of an Ed25519 public key end its SPKI form (RFC 8410 4); RFC 8463 4 publishes these bytes alone.
const ed25519KeyBytes = 32;

/** Throws when the PEM text is no private key, or not of the kind that the algorithm needs. */
export function createSigningKey(parts: {
  domain: string;
  selector: string;
  algorithm: DkimAlgorithm;
  privateKeyPem: string;
}): SigningKey {
  const { domain, selector, algorithm, privateKeyPem } = parts;
  const privateKey = createPrivateKey(privateKeyPem);
  const wanted = algorithm === 'rsa-sha256' ? 'rsa' : 'ed25519';
  if (privateKey.asymmetricKeyType !== wanted) {
    throw new TypeError(`The DKIM key ${selector} of ${domain} is not of the kind ${wanted}.`);
  }
  return { domain, selector, algorithm, privateKey };
}

/** `publicKeyBase64` is the value of `p=` in the record. RSA takes a tenth of a second or more, on the thread pool. */
export async function generateDkimKeyPair(
  algorithm: DkimAlgorithm,
): Promise<{ privateKeyPem: string; publicKeyBase64: string }> {
  const pair =
    algorithm === 'rsa-sha256' ? await generate('rsa', { modulusLength: rsaBits }) : await generate('ed25519', {});
  const privateKeyPem = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  return { privateKeyPem, publicKeyBase64: publicKeyOf(privateKeyPem) };
}

/** The value of `p=` that belongs to a private key. */
export function publicKeyOf(privateKeyPem: string): string {
  const publicKey = createPublicKey(privateKeyPem);
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  return (publicKey.asymmetricKeyType === 'ed25519' ? spki.subarray(-ed25519KeyBytes) : spki).toString('base64');
}

/**
 * The text of the TXT record at `<selector>._domainkey.<domain>`. An RSA-2048 record is longer than one character-string
 * of DNS (255 octets, RFC 6376 3.6.2.2): zone files need it cut in two. Without `v=`, which is optional (RFC 6376 3.6.1), as
 * Postmark writes it.
 */
export function dkimRecordValue(algorithm: DkimAlgorithm, publicKeyBase64: string): string {
  return `k=${algorithm === 'rsa-sha256' ? 'rsa' : 'ed25519'}; p=${publicKeyBase64}`;
}
