// Wordings by which a receiver refuses us: our sender, reputation, authentication or content, not its recipient. They
// are asked before everything else, even before 5.1.1, because a HardBounce would suppress an address that works.

import type { ReplyRule } from './reply-rule.ts';

export const rulesAboutUs: readonly ReplyRule[] = [
  { type: 'DMARCPolicy', source: 'Google 5.7.26, Microsoft 5.7.509, Apple, OpenDMARC', words: /\bdmarc/ },
  {
    type: 'Blocked',
    source: 'Mimecast: its rule against forged senders',
    words: /anti-?spoofing|\bspoof/,
  },
  {
    type: 'ChallengeVerification',
    source: 'Spam Arrest, MailFrontier, TMDA, BoxTrapper',
    words: /\bspam ?arrest\b|challenge[ -/]*response|\bboxtrapper\b|\b(?:confirm|verify) (?:that )?you (?:are|sent)\b/,
  },
  {
    type: 'Blocked',
    source: 'Exim sender verification (it may go on to say "no such user", meaning the sender)',
    words: /sender verif|verification failed for|callout verification|could not verify sender|sender callout/,
  },
  {
    type: 'Blocked',
    source: 'Postfix, Sendmail, Exchange: the address or the domain of the sender is refused',
    words:
      /\bsender(?:'s)? (?:address |domain |e-?mail )*(?:is |was |has been )?(?:not |un)?(?:rejected|denied|refused|blocked|invalid|allowed|authori[sz]ed|known|permitted|black ?listed|block ?listed|listed|banned|restricted|not exist|does not (?:exist|resolve))|domain of sender|bad (?:outbound )?sender|(?:invalid|forbidden|unknown|unauthori[sz]ed|blocked) sender|your (?:e-?mail )?(?:address|domain) (?:is |was |has been )(?:\S+ )?(?:black|block|reject|denied|banned|not)|mail ?from (?:address |domain )?(?:rejected|denied|refused|invalid)|return path|(?<!mail )\b(?:from|reply-to|envelope|originat\w+|return) (?:e-?mail )?address|\bsenders?\b.{0,60}\b(?:unknown|not found|not exist|doesn't exist|invalid|not valid)\b|resolver\.rst(?!\.\w{0,10}sizelimit)/,
  },
  {
    type: 'Blocked',
    source: 'RFC 7372: SPF, DKIM and reverse DNS; Google 5.7.26, Microsoft 5.7.515, Yahoo',
    words:
      /\b(?:spf|dkim|arc)\b.{0,40}\b(?:fail\w*|pass|not|invalid|reject\w*|check\w*|validat\w*|violat\w*|mechanism)|\bfail\w*.{0,20}\b(?:spf|dkim)\b|unauthenticated|required authentication level|\b(?:ptr|rdns)\b|reverse (?:dns|hostname|lookup)|reverse address|\b(?:helo|ehlo)\b|hostname.{0,20}(?:not found|rejected|resolve|forged)/,
  },
  {
    type: 'Blocked',
    source:
      'DNS block lists: Spamhaus, Barracuda, SpamCop, SORBS, UCEPROTECT, Invaluement, Proofpoint, Cloudmark, Abusix',
    words:
      /spamhaus|\b(?:sbl|xbl|pbl|dbl)\b|barracuda ?(?:central|networks|reputation)|spamcop|\bsorbs\b|uceprotect|invaluement|surbl|\buribl\b|abusix|mailspike|spamrats|senderscore|\b[ru]?rbl\b|dns ?[brw]l|dnsbls?|csi\.cloudmark|ipcheck\.proofpoint|talosintel/,
  },
  {
    type: 'Blocked',
    source:
      'Google, Microsoft (S3140, S3150, 5.7.606), Yahoo (TSS, PH), Apple (CS, HM), Mimecast, Cisco: our addresses and our name',
    words:
      /reputation|black ?list|block ?list|deny ?list|banned sending ip|traffic not accepted from this ip|access denied (?:\S+ )?banned|unusual rate of unsolicited|messages from \S+ weren't sent|part of their network|\b(?:client|sending|remote|your|this|source|connecting) (?:host|ip|server|ips|ip address|mail server|network)\b.{0,60}\b(?:blocked|rejected|denied|refused|listed|banned|not allowed|bad|poor)|\b(?:blocked|rejected|denied|refused|banned|listed).{0,30}\b(?:your|this|sending|client|source|connecting) (?:host|ip|server|network)|_is_blocked|(?:^| )(?:tss|ph|cs|hm)\d{2}(?: |$)|too many complaints|a problem occurred ask your postmaster|aup#/,
  },
  {
    type: 'VirusNotification',
    source: 'ClamAV, Amavis, Exim content scanning, Symantec, Sophos',
    words:
      /\b(?:contains?|containing|carr(?:y|ies)|detected) (?:a |an |the )?(?:\S+ )?(?:virus|malware|trojan|worm)\b|\b(?:virus|malware)(?:es)? (?:\S+ )?(?:detected|found)|\binfected\b|\bclamav\b|\bvirus (?:scanner|in message)|found virus/,
  },
  {
    type: 'SpamNotification',
    source: 'Google: the message (not the address it came from) looks unsolicited or harmful',
    words:
      /message is likely (?:unsolicited|suspicious)|unsolicitedmessageerror|content presents a potential security issue|blockedmessage/,
  },
  {
    type: 'SpamNotification',
    source: 'SpamAssassin, Rspamd, Exchange EOP, Yandex, Mail.ru, Tencent, NetEase: the content is refused as spam',
    words:
      /\bspam(?:my|assassin)?\b.{0,40}\b(?:rejected|detected|score|blocked|content|message|threshold|refused|denied|abuse|filter\w*|not accepted|suspected|points|hits)|\b(?:rejected|detected|classified|identified|considered|looks?|appears?|suspected|suspicion|refused|blocked|marked|flagged|scored|seems?|denied|tagged|resembles)\b.{0,30}\b(?:spam|ube|uce|junk|unsolicited|bulk)\b|(?:unsolicited|bulk|junk) (?:bulk )?(?:e-?)?mail|high probability of spam|content (?:was |is |has been )?(?:rejected|denied|refused|blocked|filter\w*|restriction)|(?:due to|because of|for|by|bad|unacceptable|prohibited|forbidden) (?:\S+ )?content|content scanner|message filtered|dt spm|gtube|phish/,
  },
  {
    type: 'Blocked',
    source: 'Yahoo 5.7.9, Mimecast, Proofpoint, Exim, Postfix: policies in plain words',
    words:
      /policy (?:reason|restriction|violation|reject)|(?:due to|by|local|security|against|violat\w+|administrative|site|our|corporate|recipient's?) (?:\S+ )?polic(?:y|ies)|polic(?:y|ies) (?:prohibits?|forbids?)|administrative prohibition|administratively (?:denied|prohibited)|envelope blocked|relay(?:ing)? (?:access )?(?:is )?(?:denied|not permitted|prohibited|not allowed)|unable to relay|not permitted to relay|we do not relay|allowed rcpthosts|relaying|for one or more recipients blocked|authentication (?:is )?required|must authenticate|greylist|rate limit|daily (?:user )?sending quota/,
  },
];
