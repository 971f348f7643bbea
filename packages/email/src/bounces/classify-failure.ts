// Decides what kind of bounce a report's recipient is: the rules for SMTP replies, on what a report says around them.

import type { BounceTypeName } from './bounce-types.ts';
import { ruleForFailure } from './classify-reply.ts';
import type { ReportedAction } from './mail-report.ts';
import type { ReplyRule } from './reply-rule.ts';

export type ReportedFailure = {
  action: ReportedAction;
  /** As the report has it: `5.1.1`. */
  status: string | undefined;
  /** The remote server's or the reporter's words about this recipient; empty for none. */
  diagnostic: string;
  /** The text for people, asked where the diagnostic decides nothing. */
  notice: string;
  /** True where the notice speaks of several recipients: what it says of one must not suppress another. */
  noticeIsShared: boolean;
};

export type FailureVerdict = { type: BounceTypeName | undefined; source: string };

const patienceUsedUp: ReplyRule = { type: 'SoftBounce', source: 'RFC 3463 4.x.x: it was tried for long enough' };
const dnsInTheWay: ReplyRule = {
  type: 'DnsError',
  source: 'RFC 3463 4.4.3, 4.4.4: no answer of the DNS until the reporter gave up',
};
const dnsWords =
  /name service error|(?:host|domain) not found,? try again|dns (?:lookup|server|query) (?:failure|failed|error|timed? ?out)|all relevant mx records point to non-existent hosts|lookup (?:of \S{1,100} )?did not complete/i;
/** Exim, qmail, Postfix, Exchange, Domino about connections, with a permanent status or with none. */
const patienceWords =
  /retry (?:timeout|time(?:s)? not reached|limit) ?(?:exceeded)?|(?:message|delivery|queue)(?: time)?(?: has| is)? expired|in the queue too long|connect(?:ion)? (?:\S{1,100} )?(?:timed out|refused|reset|closed)|no route to host|network is unreachable|lost connection with|conversation with \S{1,200} timed out|unable to connect|wasn't able to establish an smtp connection/i;

export function classifyFailure(failure: ReportedFailure): FailureVerdict {
  if (failure.action === 'delayed') return { type: 'Transient', source: 'RFC 3464 2.3.3: delayed' };
  if (failure.action !== 'failed') return { type: undefined, source: `RFC 3464 2.3.3: ${failure.action}` };
  const rule = withoutHearsay(ruleOf(failure), failure);
  return { type: rule.type, source: rule.source };
}

/** Without words or status of his own nobody is suppressed for what was said of others. */
function withoutHearsay(rule: ReplyRule, { noticeIsShared, diagnostic, status }: ReportedFailure): ReplyRule {
  if (rule.type !== 'HardBounce' || !noticeIsShared) return rule;
  const ofHisOwn = ruleOf({ action: 'failed', status, diagnostic, notice: '', noticeIsShared: false });
  return ofHisOwn.type === 'HardBounce' ? rule : ofHisOwn;
}

function ruleOf({ status, diagnostic, notice, noticeIsShared }: ReportedFailure): ReplyRule {
  const text = withoutFrames(diagnostic || notice);
  const reply = replyIn(text);
  const said = reply?.text ?? text;
  const statusOfReply = statusInReport(said);
  const isTemporary = reply ? reply.code < 500 : (statusOfReply ?? status)?.startsWith('4.');
  if (isTemporary) return isAboutDns(status, reply !== undefined, text) ? dnsInTheWay : patienceUsedUp;

  const decided = ruleForFailure({ code: reply?.code, status: statusOfReply, text: said });
  if (decided) return temper(decided, status, text);
  if (isAboutDns(undefined, false, text)) return dnsInTheWay;
  if (patienceWords.test(text)) return patienceUsedUp;
  // A status without words of its own: the reporter's best knowledge, unless it was made up from a bare `550` (Sendmail
  // writes 5.1.1 for every 550 to RCPT, also where that says "blocked").
  const saysMore = diagnostic !== '' && !noticeIsShared;
  const byNotice = saysMore
    ? ruleForFailure({ code: undefined, status: undefined, text: withoutFrames(notice) })
    : undefined;
  const byStatus = ruleForFailure({ code: undefined, status, text: '' });
  if (byNotice && byNotice.type !== 'HardBounce') return byNotice;
  if (byStatus && (byStatus.type !== 'HardBounce' || reply === undefined)) return temper(byStatus, status, text);
  if (byNotice) return temper(byNotice, status, text);
  return { type: 'Unknown', source: 'No rule knows this report' };
}

const refusedBeforeRecipients: ReplyRule = {
  type: 'Blocked',
  source: 'RFC 5321 3.3: refused before any recipient was named, so it is about the sender',
};
/** Postfix, Exim, qmail, Sendmail: which command the refusal answers. */
const stageOfSender =
  /(?:in reply to|after(?: pipelined| initial| sending)?|in response to|>>>) ?(?:mail from|mail |ehlo|helo|initial connection|starttls)|sender was rejected|refused to talk to me|does not like (?:me|sender)/i;

/**
 * A report may say around the reply what makes it no reason to suppress: that it answers MAIL FROM, or that the reporter
 * gave up on something temporary (4.x.x).
 */
function temper(rule: ReplyRule, status: string | undefined, text: string): ReplyRule {
  if (rule.type !== 'HardBounce') return rule;
  if (status?.startsWith('4.')) return patienceUsedUp;
  return stageOfSender.test(text) ? refusedBeforeRecipients : rule;
}

function isAboutDns(status: string | undefined, isReply: boolean, text: string): boolean {
  if (dnsWords.test(text)) return true;
  return !isReply && (status === '4.4.3' || status === '4.4.4');
}

/** "Remote host said: … rejected" shall not read as if a host were rejected. */
function withoutFrames(text: string): string {
  return text.replace(/\bremote (?:host|server|mail server) (?:said|returned|responded|answered)/gi, 'said');
}

/** The reply in `smtp;550 …`, `said: 550 …`, `#550 …`, `<<< 550 …`, `(reason: 550 …`, without the words around it. */
export function replyIn(text: string): { code: number; text: string } | undefined {
  const found = /(?:^|[;:#(<"'[]|\b(?:said|was|code|error|response|reply))\s{0,3}([45]\d\d)(?=[\s#:;,.)"'\]-]|$)/i.exec(
    text,
  );
  if (!found) return undefined;
  const said = text.slice(found.index + found[0].length - 3).split(/\(in reply to |giving up on /i)[0] ?? '';
  return { code: Number(found[1]), text: said };
}

/** Behind the reply code, or behind what comes before a status in `#5.1.1` and `smtp; 5.1.1`. */
function statusInReport(text: string): string | undefined {
  return /(?:^|[45]\d\d[ -]|[;#:(]\s?)([245]\.\d{1,3}\.\d{1,3})(?![\d.])/.exec(text)?.[1];
}
