// Tells a mail system's notice apart from what people and their auto-responders write, in several languages.
// Sources: RFC 3464, RFC 5321 4.5.5 (null return path), and the wordings of the programs named beside each pattern.

import { decodeEncodedWords } from '../headers/decode-encoded-words.ts';
import { fieldOf } from '../mime/read-fields.ts';
import type { MailPart } from '../mime/read-parts.ts';

const daemons =
  /mailer-?daemon|postmaster|mail ?delivery|mail (?:administrator|system)|delivery (?:subsystem|service)|microsoft ?exchange|system administrator|systemadministrator|mdaemon|mailerdaemon/i;

const subjects: readonly RegExp[] = [
  // Exchange, Sendmail, qmail, Exim, Postfix, Domino, Gmail, Yahoo, Courier, MDaemon.
  /undeliver|non-?deliver|not delivered|returned mail|mail returned|failure notice|delivery (?:status|failure|report|error|has failed|problem|delayed?|notification)|(?:mail|message) delivery (?:failed|failure|delayed|problem|error)|failed delivery|delivery to .{1,80} (?:failed|delayed)|(?:undelivered|rejected|bounced) (?:mail|message)|warning: (?:could not send|message)|couldn't be delivered|could not be delivered|delayed (?:mail|message)|(?:mail|message) (?:delayed|bounced|rejected)|mail system error/i,
  // German, French, Spanish, Italian, Portuguese.
  /unzustellbar|nicht zugestellt|zustellung(?:sfehler| fehlgeschlagen|sbenachrichtigung)|verz\u00f6gert|unzustellbare|non remis|non d\u00e9livr|\u00e9chec de (?:la )?(?:remise|distribution|livraison)|mensaje (?:no entregado|devuelto|rechazado)|no se puede entregar|no se pudo entregar|error (?:de|en la) entrega|correo devuelto|non recapitabile|mancato recapito|consegna non riuscita|errore di (?:consegna|recapito)|n\u00e3o (?:foi )?entreg|falha na entrega|mensagem devolvida/i,
  // Dutch, Swedish, Danish, Norwegian, Polish, Czech, Turkish, Russian.
  /onbestelbaar|niet (?:worden )?(?:bezorgd|afgeleverd)|aflevering mislukt|gick inte att leverera|kunne ikke leveres|nie (?:mo\u017cna )?dostarcz|niedostarcz|nedoru\u010ditel|teslim edilemedi|\u043d\u0435 \u0434\u043e\u0441\u0442\u0430\u0432\u043b\u0435\u043d|\u043d\u0435\u0434\u043e\u0441\u0442\u0430\u0432\u043b\u0435\u043d|\u043e\u0448\u0438\u0431\u043a\u0430 \u0434\u043e\u0441\u0442\u0430\u0432\u043a\u0438/i,
  // Japanese, Chinese, Korean.
  /\u914d\u4fe1\u4e0d\u80fd|\u914d\u4fe1\u3067\u304d\u307e\u305b\u3093|\u914d\u4fe1\u30a8\u30e9\u30fc|\u9001\u4fe1\u3067\u304d\u307e\u305b\u3093|\u4e0d\u9054|\u672a\u80fd\u9001\u9054|\u672a\u9001\u8fbe|\u65e0\u6cd5\u9001\u8fbe|\u7121\u6cd5\u50b3\u905e|\u9000\u4fe1|\u6295\u9012\u5931\u8d25|\u6295\u9012\u5931\u6557|\uc804\uc1a1 \uc2e4\ud328|\ubc30\ub2ec/,
];

const openings: readonly RegExp[] = [
  /this is the mail system at host|this is the qmail-send program|this (?:message|is a message) (?:was )?(?:automatically generated|created automatically) by (?:the )?(?:mail|ms|e-?mail)|(?:message|mail|email) (?:that )?you sent (?:could not|couldn't|has not)|delivery to the following recipients?|did not reach (?:the following|some or all of the intended) recipients?|delivery has failed to these recipients|following address(?:es)?(?:\(es\))? (?:failed|had|have)|address(?:es)? had (?:permanent fatal|transient non-fatal) errors|was not delivered to:|(?:your|the) (?:message|mail|e-?mail) (?:to \S{1,320} )?(?:wasn't|was not|could not be|couldn't be|cannot be|has not been|hasn't been) delivered|unable to deliver (?:your|the|this) (?:message|mail|e-?mail)|had permanent fatal errors|is being returned to you/i,
];

/** From, subject or the text must speak of delivery; an answer of a machine that stands for a person does not. */
export function looksLikeNotice(message: MailPart, parts: readonly MailPart[], notice: string): boolean {
  if (message.type === 'multipart/report') {
    const kind = message.parameters.get('report-type')?.toLowerCase();
    if (kind !== undefined && kind !== 'delivery-status') return false;
    if (kind === 'delivery-status') return true;
  }
  if (parts.some(part => part.type === 'message/disposition-notification')) return false;
  if (fieldOf(message.fields, 'x-failed-recipients') !== '') return true;

  const beginning = notice.slice(0, 3000).replace(/\s+/g, ' ').replaceAll('\u2019', "'");
  const subject = subjectOf(message);
  const isFromDaemon = daemons.test(decodeEncodedWords(fieldOf(message.fields, 'from')).slice(0, 300));
  const speaksOfFailure = [...subjects, ...openings].some(pattern => pattern.test(beginning));
  if (openings.some(pattern => pattern.test(beginning)))
    return isFromDaemon || isNotice(subject) || hasNullSender(message);
  return (isFromDaemon || hasNullSender(message)) && (isNotice(subject) || speaksOfFailure);
}

function isNotice(subject: string): boolean {
  return subjects.some(pattern => pattern.test(subject));
}

function subjectOf(message: MailPart): string {
  return decodeEncodedWords(fieldOf(message.fields, 'subject')).slice(0, 500).replaceAll('\u2019', "'");
}

/** RFC 5321 4.5.5: notices have no sender. Not every server writes that down. */
function hasNullSender(message: MailPart): boolean {
  return /^<\s*>$/.test(fieldOf(message.fields, 'return-path'));
}

const delays: readonly RegExp[] = [
  /\bdelayed\b|\bdelay\b|has not (?:yet )?been delivered (?:to|yet)|not yet been delivered|this is (?:only )?a warning|warning message only|do not need to resend|need not resend|will (?:continue to|keep) try|will be (?:retried|tried again)|still being retried|still trying|could not be delivered (?:immediately|for the last)|temporary (?:problem|failure|error) .{0,60}retry/i,
  /verz\u00f6gert|noch nicht zugestellt|(?:remise|distribution) (?:est )?(?:retard\u00e9e|diff\u00e9r\u00e9e)|retard\u00e9|retrasad|demorad|a\u00fan no se ha entregado|in ritardo|ritardat|atrasad|ainda n\u00e3o foi entregue|vertraagd|op\u00f3\u017anion|\u0437\u0430\u0434\u0435\u0440\u0436|\u9045\u5ef6|\u9045\u308c\u3066|\u5ef6\u8fdf|\u5ef6\u9072/i,
];
const givenUp =
  /giving up|gave up|not going to try again|too long|permanent(?:ly)?(?: fatal)? (?:error|fail)|has failed|could not be delivered to one or more|retry timeout exceeded|endg\u00fcltig|d\u00e9finitiv|definitiv|returned to (?:you|the sender)/i;

/** True for a notice that only asks for patience. */
export function looksLikeDelay(subject: string, notice: string): boolean {
  const beginning = notice.slice(0, 3000).replace(/\s+/g, ' ');
  if (givenUp.test(subject) || givenUp.test(beginning)) return false;
  return delays.some(pattern => pattern.test(subject) || pattern.test(beginning));
}
