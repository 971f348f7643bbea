// Decides what kind of bounce a final refusal is. It never makes a refusal of our reputation, policy or content a
// HardBounce: that would suppress an address which works. In doubt it says Blocked or Unknown.

import type { BounceTypeName } from './bounce-types.ts';
import type { ReplyRule } from './reply-rule.ts';
import { lastRules, plainWordings, statusRules } from './rules-about-recipients.ts';
import { rulesAboutUs } from './rules-about-us.ts';
import { rulesAboutUsInOtherLanguages, wordingsInOtherLanguages } from './rules-in-other-languages.ts';

/** `text` may begin with code and status (`550 5.1.1 No such user`); `enhanced` is read from it where it is absent. */
export type RefusalReply = { code: number; enhanced?: string; text: string };

/** In the order in which they are asked; the first that holds decides. */
export const replyRules: readonly ReplyRule[] = [
  ...rulesAboutUs,
  ...rulesAboutUsInOtherLanguages,
  ...plainWordings,
  ...wordingsInOtherLanguages,
  ...statusRules,
  ...lastRules,
];

const gaveUp: ReplyRule = { type: 'SoftBounce', source: 'RFC 5321 4.2.1: 4xx asks for patience, and ours is used up' };
const unclear: ReplyRule = { type: 'Unknown', source: 'No rule knows this reply' };

/** What speaks for a refusal stands at its beginning; the limit keeps a hostile reply cheap. */
const charactersReadMax = 2048;

export function classifyReply(reply: RefusalReply): BounceTypeName {
  return ruleForReply(reply).type;
}

/** The rule that decided, for people who wonder why. */
export function ruleForReply(reply: RefusalReply): ReplyRule {
  if (reply.code >= 400 && reply.code <= 499) return gaveUp;
  if (reply.code < 500 || reply.code > 599) return unclear;
  const status = reply.enhanced ?? statusInText(reply.text.slice(0, charactersReadMax));
  return ruleForFailure({ code: reply.code, status, text: reply.text }) ?? unclear;
}

export type PermanentFailure = { code: number | undefined; status: string | undefined; text: string };

/** The rule for a permanent failure, whoever tells of it; undefined where none holds. */
export function ruleForFailure(failure: PermanentFailure): ReplyRule | undefined {
  const status = subjectAndDetail(failure.status);
  const words = wordsOf(failure.text.slice(0, charactersReadMax));
  return replyRules.find(rule => holds(rule, failure.code, status, words));
}

function holds(rule: ReplyRule, code: number | undefined, status: string, words: string): boolean {
  if (rule.codes && (code === undefined || !rule.codes.includes(code))) return false;
  if (rule.status && !rule.status.test(status)) return false;
  return rule.words === undefined || rule.words.test(words);
}

/** `1.1` of `5.1.1`; empty for none. */
function subjectAndDetail(enhanced: string | undefined): string {
  return enhanced?.slice(enhanced.indexOf('.') + 1) ?? '';
}

/** At the beginning (RFC 2034), or behind `#` in brackets, as qmail and its children write it. */
function statusInText(text: string): string | undefined {
  return (/^(?:\d{3}[ -])?([245]\.\d{1,3}\.\d{1,3})(?![\d.])/.exec(text) ??
    /#([245]\.\d{1,3}\.\d{1,3})(?![\d.])/.exec(text))?.[1];
}

/**
 * Lower case, words apart by one space. Left out are addresses (or `spam@buyer.test` would look like a verdict),
 * punctuation, and code and status, which some servers and all DSNs repeat within the text.
 */
function wordsOf(text: string): string {
  const words = text
    .normalize('NFC')
    .toLowerCase()
    .replaceAll('\u2019', "'")
    .replace(/(?<![\d.])[245]\d\d[ -](?:[245]\.\d{1,3}\.\d{1,3}(?![\d.]))?/g, ' ')
    .split(/[\s<>()[\]{},;:"`!\u3001\u3002\uff01\uff0c\uff1a\uff1b]+/)
    .filter(word => word !== '' && !word.includes('@') && !/^#?[245]\.\d{1,3}\.\d{1,3}$/.test(word));
  // "in 's mailbox." and "rejected." shall read like "rejected".
  return words.map(word => word.replace(/^['*]+|['.*?]+$/g, '')).join(' ');
}
