// Turns the errors of an HTTP client into failures with short, clean texts. Pure.

import { cleanRemoteText } from '@pennyblack/email/smtp/clean-remote-text.ts';
import { CallError, type UrlFailure } from './url-call.ts';

export const stoppingText = 'we are stopping';
const textBytesMax = 300;

const textsOfCodes: Readonly<Record<string, string>> = {
  ECONNRESET: 'the connection was reset',
  EPIPE: 'the connection was closed while the request was sent',
  UND_ERR_SOCKET: 'the connection was closed before the answer was whole',
  UND_ERR_HEADERS_OVERFLOW: 'the headers of the answer are too large',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'the answer is not as long as its Content-Length says',
  UND_ERR_DESTROYED: stoppingText,
  UND_ERR_CLOSED: stoppingText,
};

export function readFailure(error: unknown): { failure: UrlFailure; text: string } {
  if (error instanceof CallError) return { failure: error.failure, text: cleanText(error.message) };
  const code = codeOf(error);
  // What undici refuses to send is our caller's: a path or a header. Its texts name the header and never the value.
  if (code === 'UND_ERR_INVALID_ARG' || code === 'UND_ERR_NOT_SUPPORTED') {
    return { failure: 'url', text: `the request cannot be sent: ${cleanText(messageOf(error))}` };
  }
  const text = textsOfCodes[code];
  if (text !== undefined) return { failure: 'connection', text };
  if (error instanceof Error && error.name === 'HTTPParserError') {
    const reason = /\((.*)\)/s.exec(error.message)?.[1] ?? error.message;
    return { failure: 'connection', text: `the answer is not HTTP: ${cleanText(reason)}` };
  }
  return { failure: 'connection', text: cleanText(messageOf(error)) };
}

export function cleanText(text: string): string {
  return cleanRemoteText(text, textBytesMax);
}

export function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' ? code : '';
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
