// What a server offers in its answer to EHLO, as far as delivery makes use of it. Pure.
// Sources: RFC 5321 4.1.1.1, RFC 1870 4 (SIZE), RFC 4954 3 (AUTH).

import type { SmtpReply } from './reply-parser.ts';

export type ServerCapabilities = {
  pipelining: boolean;
  /** Bytes; 0 when the server tells no limit, undefined when it does not know SIZE. */
  size: number | undefined;
  eightBitMime: boolean;
  smtpUtf8: boolean;
  startTls: boolean;
  /** Mechanisms in upper case. */
  auth: readonly string[];
};

/** Of a server that answers HELO only. */
export const noCapabilities: ServerCapabilities = {
  pipelining: false,
  size: undefined,
  eightBitMime: false,
  smtpUtf8: false,
  startTls: false,
  auth: [],
};

/** The first line is the server's name. Keywords come in any case; `AUTH=LOGIN` is an old way to write AUTH. */
export function readCapabilities(reply: SmtpReply): ServerCapabilities {
  const keywords = new Map<string, string[]>();
  for (const line of reply.lines.slice(1)) {
    const [keyword = '', ...parameters] = line.trim().toUpperCase().split(/[ =]+/);
    keywords.set(keyword, [...(keywords.get(keyword) ?? []), ...parameters]);
  }
  return {
    pipelining: keywords.has('PIPELINING'),
    size: readSize(keywords.get('SIZE')),
    eightBitMime: keywords.has('8BITMIME'),
    smtpUtf8: keywords.has('SMTPUTF8'),
    startTls: keywords.has('STARTTLS'),
    auth: [...new Set(keywords.get('AUTH') ?? [])],
  };
}

function readSize(parameters: readonly string[] | undefined): number | undefined {
  if (!parameters) return undefined;
  // A limit that cannot be read is no limit that we could obey.
  return /^\d{1,15}$/.test(parameters[0] ?? '') ? Number(parameters[0]) : 0;
}
