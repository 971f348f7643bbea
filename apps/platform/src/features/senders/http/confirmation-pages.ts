// The page behind the link of a confirmation mail. GET shows a button and changes nothing, because mail scanners open every
// link; only the button's POST confirms. Plain HTML without script; what is shown of the world is escaped.

import { escapeHtml } from '@pennyblack/email/html/escape-html.ts';
import type { Pool } from '@pennyblack/runtime/database/database.ts';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { confirmByLink, type LinkStanding, readLink } from '../confirm-by-link.ts';

export type ConfirmationPagesDeps = {
  db: Pool;
  /** Of the key ring, newest first. */
  keys: readonly Buffer[];
  now(): Date;
};

export const confirmationPath = '/confirm-sender';

type Page = { status: number; title: string; text: string; hasButton: boolean };

/** Registers the routes; for `extraRoutes` of the HTTP listener. */
export function confirmationPages(deps: ConfirmationPagesDeps): (app: FastifyInstance) => void {
  const tokenOf = (request: FastifyRequest) => (request.params as { token: string }).token;
  return app => {
    app.route({
      method: ['GET', 'HEAD'],
      url: `${confirmationPath}/:token`,
      handler: async (request, reply) =>
        show(reply, pageFor(await readLink(deps.db, deps.keys, tokenOf(request), deps.now()), false)),
    });
    app.route({
      method: 'POST',
      url: `${confirmationPath}/:token`,
      handler: async (request, reply) =>
        show(reply, pageFor(await confirmByLink(deps.db, deps.keys, tokenOf(request), deps.now()), true)),
    });
  };
}

function pageFor(standing: LinkStanding, wasPressed: boolean): Page {
  if (standing.kind === 'unknown') {
    return {
      status: 404,
      title: 'This link is not valid',
      text: 'Please open the link exactly as it stands in the mail. If the sender was removed in the meantime, the link is of no use any more.',
      hasButton: false,
    };
  }
  const { emailAddress } = standing.signature;
  switch (standing.kind) {
    case 'already_confirmed':
      return {
        status: 200,
        title: 'This link was used already',
        text: `${emailAddress} is confirmed. There is nothing left to do.`,
        hasButton: false,
      };
    case 'expired':
      return {
        status: 410,
        title: 'This link has expired',
        text: `${emailAddress} is not confirmed. Ask whoever wants to send from it to send the confirmation mail again.`,
        hasButton: false,
      };
    case 'open':
      if (wasPressed)
        return {
          status: 200,
          title: 'Thank you',
          text: `${emailAddress} is confirmed and may send.`,
          hasButton: false,
        };
      return {
        status: 200,
        title: 'Confirm a sender',
        text: `Shall mail be sent from ${emailAddress} on behalf of the account that asked for it? If you do not know what this is about, close this page: nothing happens.`,
        hasButton: true,
      };
  }
}

function show(reply: FastifyReply, page: Page): FastifyReply {
  return reply
    .code(page.status)
    .header('content-type', 'text/html; charset=utf-8')
    .header('cache-control', 'no-store')
    .header('referrer-policy', 'no-referrer')
    .header('x-robots-tag', 'noindex')
    .header(
      'content-security-policy',
      "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    )
    .send(htmlOf(page));
}

/** The form has no action: it posts to the page's own address, so the token need not be written into the HTML. */
function htmlOf({ title, text, hasButton }: Page): string {
  const button = hasButton ? '<form method="post"><button type="submit">Yes, confirm</button></form>' : '';
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)}</title>
<style>
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 34rem; margin: 4rem auto; padding: 0 1rem; color: #1a1a1a; background: #fff; }
button { font: inherit; padding: .6rem 1.2rem; border: 0; border-radius: .3rem; color: #fff; background: #1a4fa0; cursor: pointer; }
</style>
</head>
<body>
<h1>${escapeHtml(title)}</h1>
<p>${escapeHtml(text)}</p>
${button}
</body>
</html>
`;
}
