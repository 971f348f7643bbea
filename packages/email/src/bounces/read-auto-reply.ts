// Tells what a machine, or a person in a hurry, answered to a message. Source: RFC 3834, and the headers and wordings of
// auto-responders before it and beside it.

import { decodeEncodedWords } from '../headers/decode-encoded-words.ts';
import { fieldOf } from '../mime/read-fields.ts';
import { holdsMessage, type MailPart } from '../mime/read-parts.ts';
import { cleanRemoteText } from '../smtp/clean-remote-text.ts';
import type { MailReport } from './mail-report.ts';
import { textForPeople } from './read-delivery-report.ts';
import { describe, fieldsInText, messageIdIn } from './read-original.ts';
import { type AnswerRule, answerRules, automaticSubjects, requestRules } from './rules-about-answers.ts';

type AutoReply = Extract<MailReport, { kind: 'auto_reply' }>;

/** Undefined for a mail of a person who asks for nothing that we know, and for receipts and other reports. */
export function readAutoReply(message: MailPart, parts: readonly MailPart[]): AutoReply | undefined {
  if (message.type === 'multipart/report') return undefined;
  const subject = decodeEncodedWords(fieldOf(message.fields, 'subject')).slice(0, 500);
  const text = withoutQuotation(textForPeople(parts));
  const rule = ruleForAnswer(message, subject, text);
  if (!rule) return undefined;

  const original = parts.find(holdsMessage)?.children[0];
  const about = describe([...(original?.fields ?? []), ...fieldsInText(textForPeople(parts))]);
  const answered =
    messageIdIn(fieldOf(message.fields, 'in-reply-to')) ?? messageIdIn(fieldOf(message.fields, 'references'));
  if (answered) about.messageId = answered;
  return { kind: 'auto_reply', type: rule.type, about, description: cleanRemoteText(text.trim()) };
}

function ruleForAnswer(message: MailPart, subject: string, text: string): AnswerRule | undefined {
  const first = normal(text.trim().split('\n')[0] ?? '');
  const request = requestRules.find(rule => rule.words.test(normal(subject)) || rule.words.test(first));
  if (request) return request;
  if (!isAutomatic(message, subject)) return undefined;
  const words = normal(`${subject}\n${text.slice(0, 3000)}`);
  return answerRules.find(rule => rule.words.test(words));
}

function isAutomatic(message: MailPart, subject: string): boolean {
  const fields = message.fields;
  const submitted = fieldOf(fields, 'auto-submitted').toLowerCase();
  if (submitted !== '' && submitted !== 'no') return true;
  if (markers.some(name => fieldOf(fields, name) !== '')) return true;
  if (/^(?:auto_?reply|junk)$/i.test(fieldOf(fields, 'precedence'))) return true;
  return automaticSubjects.test(normal(subject)) || /^<\s*>$/.test(fieldOf(fields, 'return-path'));
}

/** Headers that only machines write: Exchange, cPanel, GroupWise, Lotus, qmail-autoresponder, Mdaemon, TMDA, BoxTrapper. */
const markers: readonly string[] = [
  'x-autoreply',
  'x-autorespond',
  'x-autoresponder',
  'x-auto-reply-from',
  'x-autoreply-from',
  'x-mail-autoreply',
  'x-ms-exchange-generated-message-source',
  'x-ms-exchange-inbox-rules-loop',
  'x-vacation',
  'x-tmda-fingerprint',
  'x-boxtrapper',
  'x-cron-env',
];

function normal(text: string): string {
  return text.toLowerCase().replaceAll('\u2019', "'").replace(/\s+/g, ' ').trim();
}

/** What was quoted of our own message says nothing about the answer. */
function withoutQuotation(text: string): string {
  const lines = text.split('\n');
  const end = lines.findIndex(line =>
    /^-{2,}.{0,30}(?:original|urspr\u00fcngliche|d'origine)|^_{10,}$|^on .{5,100} wrote:$/i.test(line.trim()),
  );
  return (end === -1 ? lines : lines.slice(0, end)).filter(line => !/^\s{0,3}>/.test(line)).join('\n');
}
