// What receivers say about their recipient, by words that leave no doubt and by enhanced status. Full mailboxes come
// before unknown ones: where a reply says both, the address may live, and a HardBounce would suppress it.

import type { ReplyRule } from './reply-rule.ts';

/** Words that outrank the status, because providers put any status beside them (Yandex: `550 5.7.1 No such user!`). */
export const plainWordings: readonly ReplyRule[] = [
  {
    type: 'SoftBounce',
    source: 'RFC 3463 X.2.2 in words: Dovecot, Exim, Cyrus, qmail, Zimbra, Exchange QuotaExceeded, Google',
    words:
      /(?:mailbox|mail ?box|inbox|mail ?drop|folder|account|user|recipient) (?:\S+ ){0,4}(?:is |has been )?(?:almost )?(?:full|over(?:\s|-)?(?:quota|its quota|the quota|limit|size))|over ?quota|quota ?exceed|exceed\w* (?:\S+ ){0,4}(?:quota|storage|allowed space|disk space|mailbox size)|out of (?:storage|disk) space|insufficient (?:system |disk )?storage|not enough (?:storage|disk|space)|no space left|disk full|outofstorage/,
  },
  {
    type: 'SoftBounce',
    source: 'RFC 3463 X.2.3 and X.3.4 in words: the next, smaller message may pass',
    words:
      /message (?:\S+ ){0,3}(?:too (?:large|big|long)|exceeds (?:\S+ ){0,4}(?:size|limit|maximum))|size exceeds|exceeds (?:\S+ ){0,3}message size|maximum (?:message )?size/,
  },
  {
    type: 'HardBounce',
    source: 'Microsoft: directory-based edge blocking',
    status: /^4\.1$/,
    words: /recipient address rejected access denied/,
  },
  {
    type: 'HardBounce',
    source:
      'RFC 3463 X.1.1 in words: Postfix, Exim, Sendmail, qmail, Exchange, Zimbra, Google, Yahoo, Mail.ru, Yandex, NetEase, Mimecast',
    words:
      /(?:user|recipient|mailbox|account|(?<!\bip )address|addressee|alias|username) (?:\S+ ){0,4}?(?:is |was )?(?:unknown|not found|no longer (?:exists?|available|active|valid|here)|not exists?|doesn't exist|does not exist|nonexistent|non-existent|invalid|not known|not valid|not recogni[sz]ed|discontinued|cannot be found|could not be found|couldn't be found)\b|(?:unknown|no such|invalid|nonexistent|non-existent|unrecogni[sz]ed|non existent) (?:local )?(?:user|recipient|mailbox|account|address|addressee|local[ -]part|alias|person|mail ?drop|e-?mail address|customer)|no (?:mailbox|mail box|user|account|recipient|one) (?:here|by that name|with that name|with this name|by this name|exists)|(?:user|account|mailbox|person|recipient) (?:doesn't|does not|didn't) have an? \S+ ?account|(?:not|isn't) (?:our customer|a known user|a valid (?:user|mailbox|recipient|address)|a local (?:user|mailbox))|email account (?:\S+ ){0,5}does(?:n't| not) exist|nosuchuser|recipientnotfound|not (?:listed )?in (?:\S+ )?(?:domino directory|public name)|unrouteable address|disabled or discontinued|destinataire invalide|utilisateur inconnu/,
  },
  {
    // "Domain not found" alone is not here: a server knows its own domain, so it most likely means that of the sender.
    type: 'HardBounce',
    source: 'RFC 3463 X.1.2 in words that can only mean the recipient: Exchange, Sendmail, PowerMTA',
    words: /nonexistentdomain|domainnonexistent|\bbad-domain\b|host unknown name server/,
  },
  {
    type: 'DnsError',
    source: 'Sendmail and Postfix: a loop of MX records, RFC 3463 X.4.6',
    words: /loops? back to (?:myself|me)/,
  },
];

/** RFC 3463 and the IANA registry "SMTP Enhanced Status Codes"; the reason where the meaning leaves a choice. */
export const statusRules: readonly ReplyRule[] = [
  { type: 'Blocked', source: 'RFC 3463 X.1.7, X.1.8: the address of the sender', status: /^1\.[78]$/ },
  {
    // 1.5 means "valid", 1.9 speaks of relaying, and what providers invented above 1.10 speaks mostly of senders.
    type: 'HardBounce',
    source: 'RFC 3463 X.1.0 to X.1.4, X.1.6; RFC 7505 X.1.10 (null MX), also Exchange for an unknown recipient',
    status: /^1\.(?:[012346]|10)$/,
  },
  {
    // "Disabled, not accepting messages": it may come back, and Google says 5.2.1 also to too much mail at once.
    type: 'SoftBounce',
    source: 'RFC 3463 X.2.1, X.2.2 (full), X.2.4; the registered sentence of SoftBounce names disabled accounts',
    status: /^2\.\d+$/,
  },
  {
    type: 'SoftBounce',
    source: 'RFC 3463 X.3.1, X.3.2, X.3.4 (too big), X.3.5: the system, not the address',
    status: /^3\.[1245]$/,
  },
  {
    type: 'DnsError',
    source: 'RFC 3463 X.4.3, X.4.4: the directory (DNS) gave no route; X.4.6: loop',
    status: /^4\.[346]$/,
  },
  { type: 'SoftBounce', source: 'RFC 3463 X.4.x: network, congestion, time expired', status: /^4\.[012578]$/ },
  {
    type: 'HardBounce',
    source: 'RFC 7293 X.7.17, X.7.18: the mailbox or the domain has another owner',
    status: /^7\.1[78]$/,
  },
  { type: 'SoftBounce', source: 'RFC 6710 X.7.16: too big for its priority', status: /^7\.16$/ },
  {
    type: 'Blocked',
    source: 'RFC 3463 X.7.x, RFC 7372 X.7.20 to X.7.26, RFC 7505, 8617, 8689; Microsoft 5.7.5xx',
    status: /^7\.\d+$/,
  },
];

/** Asked when no status decided: words that alone would be too weak, then the reply code. */
export const lastRules: readonly ReplyRule[] = [
  {
    type: 'Blocked',
    source: 'RFC 5321 4.2.3: 550 also means "no access" and "policy reasons"; in doubt the address is not suppressed',
    words:
      /polic(?:y|ies)|\bblocked\b|access denied|prohibited|\bbanned\b|not authori[sz]ed|not allowed|not permitted|authentication|unauthori[sz]ed|\bdenied\b|abuse/,
  },
  {
    type: 'SoftBounce',
    source: 'Yahoo, Exim, Zimbra: accounts that are switched off',
    words:
      /(?:mailbox|account|user|recipient|address) (?:\S+ ){0,4}?(?:disabled|inactive|suspended|locked|not active|deactivated|expired)/,
  },
  {
    type: 'HardBounce',
    source: 'RFC 5321 4.2.3: 550 "mailbox unavailable"; Outlook.com and GMX say it of unknown recipients',
    codes: [550],
    words: /mailbox (?:\S+ )?(?:unavailable|not available)|user not local/,
  },
  { type: 'HardBounce', source: 'RFC 5321 3.4: 551 user not local', codes: [551] },
  { type: 'HardBounce', source: 'RFC 7504: 521 and 556, the host or the domain takes no mail', codes: [521, 556] },
  { type: 'SoftBounce', source: 'RFC 5321 4.2.3: 552 exceeded storage allocation', codes: [552] },
  {
    type: 'Blocked',
    source: 'RFC 4954 6, RFC 3207: the server wants credentials or encryption',
    codes: [523, 530, 534, 535, 538],
  },
];
