// Makes the headers of a call fit to be sent, and says which of them may go along to another host. Pure.

/** They belong to the connection, or change how a message is framed (RFC 9110 7.6.1, RFC 9112 6). */
const ofTheConnection: ReadonlySet<string> = new Set([
  'connection',
  'content-length',
  'expect',
  'host',
  'http2-settings',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Those that hold no secret. Whatever else a customer gives may be one. */
const forAnyHost: ReadonlySet<string> = new Set([
  'accept',
  'content-type',
  'user-agent',
  'webhook-id',
  'webhook-signature',
  'webhook-timestamp',
  'x-pm-retries-remaining',
  'x-pm-webhook-event-id',
  'x-pm-webhook-trace-id',
]);

export type HeaderPairs = string[];
export type HeaderReading = { kind: 'headers'; pairs: HeaderPairs } | { kind: 'invalid'; text: string };

const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const ascii = /^[\t\x20-\x7e]*$/;
const control = /[\x00-\x08\x0a-\x1f\x7f]/;

/** Name, value, name, value …: a value outside ASCII goes out as UTF-8. */
export function readHeaders(headers: Readonly<Record<string, string>>): HeaderReading {
  const pairs: HeaderPairs = [];
  for (const name of Object.keys(headers)) {
    const value = headers[name] ?? '';
    if (ofTheConnection.has(name.toLowerCase())) continue;
    if (!token.test(name)) return { kind: 'invalid', text: 'a header has a name that cannot be sent' };
    if (ascii.test(value)) pairs.push(name, value);
    else if (control.test(value)) return { kind: 'invalid', text: `the header ${name} holds control characters` };
    // undici writes headers as Latin-1, so that each byte of the UTF-8 must be a character.
    else pairs.push(name, Buffer.from(value, 'utf8').toString('latin1'));
  }
  return { kind: 'headers', pairs };
}

export function withoutSecrets(pairs: HeaderPairs): HeaderPairs {
  const kept: HeaderPairs = [];
  for (let index = 0; index < pairs.length; index += 2) {
    const [name = '', value = ''] = pairs.slice(index, index + 2);
    if (forAnyHost.has(name.toLowerCase())) kept.push(name, value);
  }
  return kept;
}
