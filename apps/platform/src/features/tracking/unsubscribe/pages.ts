// The pages on which a recipient unsubscribes: plain HTML without a script, readable by keyboard, screen reader and on a
// small screen, in the dark too. Pure.

import { createHash } from 'node:crypto';
import { escapeHtml } from '@pennyblack/email/html/escape-html.ts';
import type { Language } from './languages.ts';
import { type PageName, pageTexts } from './page-texts.ts';

/** What the button sends. */
export const formField = 'action';
export const formActions = { unsubscribe: 'unsubscribe', subscribe: 'subscribe' } as const;

const style = [
  ':root{color-scheme:light dark}',
  'body{margin:0;font:1.125rem/1.5 system-ui,sans-serif;color:#1a1a1a;background:#fff}',
  'main{max-width:32rem;margin:0 auto;padding:15vh 1.5rem 2rem}',
  'h1{font-size:1.5rem;line-height:1.25}',
  'p{overflow-wrap:anywhere}',
  'button{font:inherit;min-height:2.75rem;padding:.5rem 1.5rem;border:0;border-radius:.375rem;color:#fff;background:#1f4e8c;cursor:pointer}',
  'button:focus-visible{outline:3px solid #c2410c;outline-offset:3px}',
  '@media(prefers-color-scheme:dark){body{color:#f2f2f2;background:#161616}button{color:#10233b;background:#9cc4f5}button:focus-visible{outline-color:#fdba74}}',
].join('');

const styleHash = createHash('sha256').update(style).digest('base64');

export const pageHeaders = {
  'content-security-policy': `default-src 'none'; style-src 'sha256-${styleHash}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'`,
  'cache-control': 'no-store, max-age=0, private',
  'referrer-policy': 'no-referrer',
  'x-robots-tag': 'noindex, nofollow',
  vary: 'Accept-Language',
} as const;

/** `address` undefined where the link does not tell it. */
export function writePage(name: PageName, language: Language, address: string | undefined): string {
  const { title, text, button } = pageTexts[language][name];
  const shown = escapeHtml(text.replace('{address}', () => hideMost(address ?? '')));
  const action = name === 'unsubscribed' ? formActions.subscribe : formActions.unsubscribe;
  // A form without an action goes back to the page's own URL.
  const form =
    button === undefined
      ? ''
      : `<form method="post"><button type="submit" name="${formField}" value="${action}">${escapeHtml(button)}</button></form>`;
  return `<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex, nofollow">
<title>${escapeHtml(title)}</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>${escapeHtml(title)}</h1>
<p role="status">${shown}</p>
${form}
</main>
</body>
</html>
`;
}

/** Enough for its owner to know it; a forwarded mail does not give it away. */
export function hideMost(address: string): string {
  const at = address.lastIndexOf('@');
  const [first = ''] = address;
  return `${at > 0 ? first : ''}•••${address.slice(Math.max(at, 0))}`;
}
