// Cuts a notice apart from the message that it returns within its text, so that nobody in the returned message is taken
// for a recipient of the report.

import { isFieldLine } from './read-original.ts';

export type SplitNotice = { notice: string; returned: string };

/** Lines that announce the returned message, in the words of the programs that write them. */
const announcements: readonly RegExp[] = [
  // qmail, Exim, Sendmail, GMX, Gmail, Courier, MDaemon: a rule of dashes with words in it, or after it.
  /^[-=_*]{2,}.{0,40}\b(?:copy of|header of|headers of|original message|returned message|unsent message|undelivered message|message header|message follows|mail follows|forwarded message)/i,
  /^(?:the )?(?:original message|message) (?:headers?|follows|is included below|was attached)\b.{0,40}$/i,
  /^received: from /i,
  // German, French, Spanish, Italian, Portuguese, Dutch, Polish, Russian, Japanese, Chinese.
  /^[-=_* ]{0,40}(?:urspr\u00fcngliche nachricht|originalnachricht|urspr\u00fcngliche nachrichtenkopfzeilen|message d'origine|message original|en-t\u00eates de message d'origine|mensaje original|encabezados de mensaje originales|messaggio originale|mensagem original|oorspronkelijk bericht|oryginalna wiadomo\u015b\u0107|\u0438\u0441\u0445\u043e\u0434\u043d\u043e\u0435 \u0441\u043e\u043e\u0431\u0449\u0435\u043d\u0438\u0435|\u5143\u306e\u30e1\u30c3\u30bb\u30fc\u30b8|\u539f\u59cb\u90ae\u4ef6|\u539f\u90ae\u4ef6)/i,
];

/** Two of these together are the header of a message, and not a notice about one. */
const headerOfMessage = /^(?:received|return-path|dkim-signature|mime-version|x-pm-message-id)[ \t]{0,3}:/i;

export function splitNotice(text: string): SplitNotice {
  const lines = text.split('\n');
  const end = lines.findIndex((line, index) => beginsReturnedMessage(lines, line, index));
  if (end === -1) return { notice: text, returned: '' };
  const start = startOfHeader(lines, end);
  return { notice: lines.slice(0, start).join('\n'), returned: lines.slice(start).join('\n') };
}

function beginsReturnedMessage(lines: readonly string[], line: string, index: number): boolean {
  const plain = line.slice(0, 200).replace(/^[> \t]{1,20}/, '');
  if (announcements.some(announcement => announcement.test(plain))) return true;
  return headerOfMessage.test(plain) && (isFieldLine(lines[index - 1]) || isFieldLine(lines[index + 1]));
}

/** The field that gave the header away need not be its first. */
function startOfHeader(lines: readonly string[], found: number): number {
  let start = found;
  while (start > 0 && (isFieldLine(lines[start - 1]) || /^[ \t]+\S/.test(lines[start - 1] ?? ''))) start -= 1;
  return start;
}
