// The text of a confirmation mail. Pure. The personal note is the customer's, so it is shown as his and never as HTML.

import { escapeHtml } from '@pennyblack/email/html/escape-html.ts';
import type { NoticeMail } from './notice.ts';

export type ConfirmationMailParts = {
  emailAddress: string;
  name: string;
  personalNote: string;
  link: string;
  validUntil: Date;
};

export function composeConfirmationMail(parts: ConfirmationMailParts): NoticeMail {
  const { emailAddress, personalNote, link } = parts;
  const day = parts.validUntil.toISOString().slice(0, 10);
  const asked = `Somebody wants to send mail from ${emailAddress}, under the name "${parts.name}".`;
  const ifGood = 'If that is right, open this page and press the button:';
  const ifNot =
    'If you do not know what this is about, do nothing: without your word no mail is sent from your address.';
  const valid = `The link is valid until ${day} (UTC).`;

  const text = [
    asked,
    ...(personalNote === '' ? [] : ['They wrote:', quote(personalNote)]),
    ifGood,
    link,
    valid,
    ifNot,
  ].join('\n\n');
  const note =
    personalNote === ''
      ? ''
      : `<p>They wrote:</p><blockquote>${escapeHtml(personalNote).replaceAll('\n', '<br>')}</blockquote>`;
  const html = [
    '<!doctype html><html lang="en"><head><meta charset="utf-8"></head>',
    '<body style="font: 16px/1.5 sans-serif; color: #1a1a1a">',
    `<p>${escapeHtml(asked)}</p>${note}<p>${ifGood}</p>`,
    `<p><a href="${escapeHtml(link)}">${escapeHtml(link)}</a></p>`,
    `<p>${valid}</p><p>${ifNot}</p></body></html>`,
  ].join('\n');
  const subject = `Please confirm that mail may be sent from ${emailAddress}`;
  return { to: emailAddress, subject, text, html, tag: 'sender-confirmation' };
}

function quote(text: string): string {
  return text
    .split(/\r?\n/)
    .map(line => `> ${line}`)
    .join('\n');
}
