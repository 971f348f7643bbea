// Signs a message with one or more keys of its sender. Sources: RFC 6376 3.5 and 3.7, RFC 8463 3 for Ed25519.

import { createHash, type KeyObject, sign } from 'node:crypto';
import { canonicalBody, canonicalField } from './canonical-form.ts';
import { chooseSignedFields } from './signed-fields.ts';
import type { SigningKey } from './signing-key.ts';

export type MessageToSign = {
  headers: readonly { name: string; line: string }[];
  /** With CRLF line ends, as `composeMessage` gives it. */
  body: Buffer;
  keys: readonly SigningKey[];
  signedAt: Date;
  /** From `hashBody`, when several copies of a message share their body. */
  bodyHash?: string;
  /** How the lines become bytes; UTF-8 where it is not given. */
  headerEncoding?: HeaderEncoding;
};

/** `latin1`: each character of a line is a byte, whatever its character set. */
export type HeaderEncoding = 'utf8' | 'latin1';

const lineLengthMax = 76;

/** The value of `bh=`: it depends on the body alone, so one hash serves every recipient and every key. */
export function hashBody(body: Buffer): string {
  return createHash('sha256').update(canonicalBody(body)).digest('base64');
}

/** Gives one DKIM-Signature field per key, folded, each with its CRLF, to be put before the other fields. */
export async function signMessage(message: MessageToSign): Promise<string> {
  if (message.keys.length === 0) return '';
  const bodyHash = message.bodyHash ?? hashBody(message.body);
  const { names, lines } = chooseSignedFields(message.headers);
  const signedText = lines.map(line => `${canonicalField(line)}\r\n`).join('');
  const signedBytes = Buffer.from(signedText, message.headerEncoding ?? 'utf8');
  const signatures = message.keys.map(key => signWith(key, names, signedBytes, bodyHash, message.signedAt));
  return (await Promise.all(signatures)).join('');
}

async function signWith(
  key: SigningKey,
  names: readonly string[],
  signedBytes: Buffer,
  bodyHash: string,
  signedAt: Date,
): Promise<string> {
  const tags = [
    'v=1;',
    `a=${key.algorithm};`,
    'c=relaxed/relaxed;',
    `d=${key.domain};`,
    `s=${key.selector};`,
    `t=${Math.floor(signedAt.getTime() / 1000)};`,
    // Colons may be followed by white space (RFC 6376 3.5, h=), so a long list can be folded.
    ...names.map((name, index) => `${index === 0 ? 'h=' : ''}${name}${index === names.length - 1 ? ';' : ':'}`),
    `bh=${bodyHash};`,
  ];
  const unsigned = `${fold(tags)}\r\n b=`;
  // The field itself is hashed last, with an empty b= and without its CRLF (RFC 6376 3.7).
  const data = Buffer.concat([signedBytes, Buffer.from(canonicalField(unsigned))]);
  const signature = (await signData(key, data)).toString('base64');
  return `${unsigned}${foldSignature(signature)}\r\n`;
}

function signData(key: SigningKey, data: Buffer): Promise<Buffer> {
  // RFC 8463 3: Ed25519 signs the SHA-256 hash of what RSA would sign. At 0.03 ms it is not worth a trip to a thread.
  if (key.algorithm === 'ed25519-sha256') {
    return Promise.resolve(sign(null, createHash('sha256').update(data).digest(), key.privateKey));
  }
  return signOnThreadPool(data, key.privateKey);
}

function signOnThreadPool(data: Buffer, privateKey: KeyObject): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    sign('sha256', data, privateKey, (error, signature) => (error ? reject(error) : resolve(signature)));
  });
}

/** No white space inside `h=` names or `bh=`; only between them. */
function fold(tags: readonly string[]): string {
  let line = 'DKIM-Signature:';
  let lines = '';
  for (const tag of tags) {
    if (line.length + 1 + tag.length > lineLengthMax) {
      lines += `${line}\r\n`;
      line = '';
    }
    line += ` ${tag}`;
  }
  return lines + line;
}

function foldSignature(signature: string): string {
  const first = signature.slice(0, lineLengthMax - ' b='.length);
  const rest = signature.slice(first.length).match(/.{1,75}/g) ?? [];
  return [first, ...rest].join('\r\n ');
}
