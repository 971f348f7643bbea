// What a webhook may call, and with what: URL, user and password, headers. Pure. Sources: Postmark's Webhooks API,
// RFC 9110 5 (fields), RFC 7617 2 (Basic authentication).
// A private or loopback address is no mistake here: whether one may be called is the operator's setting and is decided at
// each call, on the address that the name leads to at that moment.

import { Refusal } from '../../refusals.ts';
import type { WebhookTarget } from './webhook.ts';

export const urlCharactersMax = 2000;
export const headersMax = 30;
/** Of each header's value. Servers commonly refuse more than 8 or 16 KB of all headers together. */
export const headerValueCharactersMax = 4000;
const credentialCharactersMax = 500;

const hasWhitespaceOrControl = /[\s\u0000-\u001f\u007f]/;
const isToken = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]{1,100}$/;
const hasControl = /[\u0000-\u001f\u007f]/;

/** They belong to the connection or to the bytes of the body, or prove that a call is ours. */
const ownHeaders: ReadonlySet<string> = new Set([
  'connection',
  'content-encoding',
  'content-length',
  'expect',
  'host',
  'keep-alive',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'webhook-id',
  'webhook-signature',
  'webhook-timestamp',
]);

/** Answers the URL as it was written, without spaces around it. @throws Refusal webhook_url_invalid. */
export function checkUrl(text: string | undefined): string {
  const url = text?.trim() ?? '';
  if (url === '') throw new Refusal('webhook_url_invalid');
  if (url.length > urlCharactersMax)
    throw new Refusal('webhook_url_invalid', `The 'Url' is limited to ${urlCharactersMax} characters.`);
  if (!isCallable(url))
    throw new Refusal(
      'webhook_url_invalid',
      "The 'Url' is not valid: it must begin with http:// or https:// and name a host.",
    );
  return url;
}

function isCallable(url: string): boolean {
  // The parser of URLs would drop line breaks, and would take `http:example.com` for a URL with a host.
  if (hasWhitespaceOrControl.test(url) || !/^https?:\/\//i.test(url) || !URL.canParse(url)) return false;
  const { username, password } = new URL(url);
  try {
    return !hasControl.test(decodeURIComponent(username) + decodeURIComponent(password));
  } catch {
    return false;
  }
}

/** A user and a password that are both empty mean: none. @throws Refusal webhook_field_invalid. */
export function checkHttpAuth(given: {
  username: string | undefined;
  password: string | undefined;
}): WebhookTarget['httpAuth'] {
  const { username = '', password = '' } = given;
  if (username === '' && password === '') return null;
  if (username.includes(':'))
    throw new Refusal('webhook_field_invalid', "The 'Username' of 'HttpAuth' may not contain a colon.");
  if (hasControl.test(username + password))
    throw new Refusal('webhook_field_invalid', "'HttpAuth' may not contain control characters.");
  if (username.length > credentialCharactersMax || password.length > credentialCharactersMax)
    throw new Refusal(
      'webhook_field_invalid',
      `'Username' and 'Password' of 'HttpAuth' are limited to ${credentialCharactersMax} characters each.`,
    );
  return { username, password };
}

/** @throws Refusal webhook_header_name_required for a name, webhook_field_invalid for a value or too many. */
export function checkHeaders(
  given: readonly { name: string | undefined; value: string | undefined }[],
): WebhookTarget['httpHeaders'] {
  if (given.length > headersMax)
    throw new Refusal('webhook_field_invalid', `A webhook is limited to ${headersMax} 'HttpHeaders'.`);
  const names = new Set<string>();
  return given.map(({ name = '', value = '' }) => {
    if (!isToken.test(name)) throw new Refusal('webhook_header_name_required');
    const lowerName = name.toLowerCase();
    if (ownHeaders.has(lowerName) || lowerName.startsWith('x-pm-'))
      throw new Refusal('webhook_header_name_required', `The header '${name}' cannot be set by a webhook.`);
    if (names.has(lowerName))
      throw new Refusal('webhook_field_invalid', `The header '${name}' stands twice among the 'HttpHeaders'.`);
    names.add(lowerName);
    if (hasControl.test(value.replaceAll('\t', ' ')))
      throw new Refusal(
        'webhook_field_invalid',
        `The value of the header '${name}' has characters that no header may have.`,
      );
    if (value.length > headerValueCharactersMax)
      throw new Refusal(
        'webhook_field_invalid',
        `The value of a header is limited to ${headerValueCharactersMax} characters.`,
      );
    return { name, value };
  });
}
