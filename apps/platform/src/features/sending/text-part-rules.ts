// Decides whether a message gets a text part that is made from its HTML, and makes it. Pure. Ours.

import { textFromHtml } from '@pennyblack/email/html/text-from-html.ts';
import { limits } from './message-rules.ts';
import type { SendRequest } from './send-request.ts';

/** Reading HTML takes long for a large body, so whoever has many waits between them. */
export function wantsText({ autoText, textBody, htmlBody }: SendRequest): boolean {
  return autoText === true && !textBody && htmlBody !== undefined && htmlBody.length <= limits.bodyBytesMax;
}

export function withText(request: SendRequest): SendRequest {
  if (!wantsText(request) || !request.htmlBody) return request;
  return { ...request, textBody: textFromHtml(request.htmlBody) };
}
