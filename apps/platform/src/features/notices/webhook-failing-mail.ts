// The text of the mail about a webhook that fails. Pure. Of its URL it names the host only: path, query and user may be secrets.

import { escapeHtml } from '@pennyblack/email/html/escape-html.ts';
import type { NoticeMail } from './notice.ts';

export type FailingMailParts = {
  to: readonly string[];
  serverName: string;
  streamId: string;
  webhookId: number;
  /** The hook URL of the server that the webhook stands for, as BounceHookUrl; null for one that was made by the API. */
  serverField: string | null;
  host: string;
  since: Date;
  /** What the last call was answered with; null when there was no answer. */
  status: number | null;
  /** Why there was none, as in `webhooks/ports.ts`. */
  failure: string | null;
};

const wordsOf: ReadonlyMap<string, string> = new Map([
  ['timeout', 'there was no whole answer within two minutes'],
  ['connection', 'the connection was refused or broke'],
  ['dns', 'its host name leads nowhere'],
  ['tls', 'its certificate is not valid, or TLS failed'],
  ['forbidden_address', 'its host leads to an address that this installation does not call'],
  ['redirect', 'it redirects in a circle, too often, or to where no call can follow'],
  ['url', 'its URL cannot be called'],
]);

function lastFailure({ status, failure }: FailingMailParts): string {
  if (status !== null) return `it was answered with status ${status}`;
  return wordsOf.get(failure ?? '') ?? 'it failed';
}

export function composeFailingMail(parts: FailingMailParts): NoticeMail {
  const { webhookId, streamId, serverField } = parts;
  // A server may be called anything; a subject is one line.
  const serverName = parts.serverName.replace(/[\s\p{Cc}]+/gu, ' ');
  const since = `${parts.since.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  const what = serverField === null ? `Webhook ${webhookId}` : `Webhook ${webhookId} (its ${serverField})`;
  const lines = [
    `${what} of the server "${serverName}", message stream "${streamId}", to ${parts.host}, has been failing since ${since}. ` +
      `At the last attempt ${lastFailure(parts)}.`,
    'Nothing is lost: its events are kept as long as messages are, and are called, the oldest first, once it is back. ' +
      'Until then one call at a time tries whether it is, every ten minutes at the latest. The first that is answered ' +
      'with 2xx puts it back to work; you need to do nothing more than mend the receiver.',
    `To put it back to work at once, with the token of the server: PUT /webhooks/${webhookId}/resume. To see its calls and ` +
      `what came back: GET /webhooks/${webhookId}/calls.`,
    'This mail goes to the owner and the admins of the account, once a day at most for each webhook.',
  ];
  return {
    to: parts.to.join(', '),
    subject: `Webhook ${webhookId} of "${serverName}" is failing`,
    text: lines.join('\n\n'),
    html: [
      '<!doctype html><html lang="en"><head><meta charset="utf-8"></head>',
      '<body style="font: 16px/1.5 sans-serif; color: #1a1a1a">',
      ...lines.map(line => `<p>${escapeHtml(line)}</p>`),
      '</body></html>',
    ].join('\n'),
    tag: 'webhook-failing',
  };
}
