// Rules for answers: what an auto-responder, a challenge, a list robot or a person in a hurry says. In the order in which
// they are asked; against subject and text in lower case, with one space between words.

import type { BounceTypeName } from './bounce-types.ts';

export type AnswerRule = { type: BounceTypeName; source: string; words: RegExp };

/** Whole subjects or first lines of people and robots who ask to be taken off or put on a list. */
export const requestRules: readonly AnswerRule[] = [
  {
    type: 'Unsubscribe',
    source: 'RFC 2369 3.2 by mail, and what people write in ten languages',
    words:
      /^(?:(?:re|aw|sv|r\u00e9|odp)\s?: ?)?(?:please )?(?:unsubscribe(?: me)?(?: please)?|remove(?: me)?(?: from (?:this|the|your) (?:mailing )?list)?|stop|opt[ -]?out|take me off (?:this|your) list|abmelden|austragen|bitte (?:abmelden|austragen)|d\u00e9sinscription|d\u00e9sabonner|me d\u00e9sinscrire|baja|dar(?:me)? de baja|cancelar suscripci\u00f3n|cancellami|disiscrizione|cancelar inscri\u00e7\u00e3o|descadastrar|afmelden|uitschrijven|wypisz|rezygnuj\u0119|\u043e\u0442\u043f\u0438\u0441\u0430\u0442\u044c\u0441\u044f|\u043e\u0442\u043f\u0438\u0441\u043a\u0430|\u914d\u4fe1\u505c\u6b62|\u9000\u8ba2|\u9000\u8a02)[.! ]{0,5}$/,
  },
  {
    type: 'Subscribe',
    source: 'RFC 2369 3.3 by mail',
    words:
      /^(?:(?:re|aw)\s?: ?)?(?:please )?(?:subscribe(?: me)?(?: please)?|sign me up|anmelden|abonnieren|s'abonner|inscription|suscribir(?:me)?|iscrivimi|inscrever|aanmelden|zapisz|\u043f\u043e\u0434\u043f\u0438\u0441\u0430\u0442\u044c\u0441\u044f)[.! ]{0,5}$/,
  },
];

/** Asked only for what a machine wrote. The last one holds always. */
export const answerRules: readonly AnswerRule[] = [
  {
    type: 'OpenRelayTest',
    source: 'ORBS, ORDB, abuse.net, njabl: probes for open relays',
    words: /open[ -]relay|relay test|relaytest|third[ -]party relay|test for open (?:mail )?relay/,
  },
  {
    type: 'VirusNotification',
    source: 'Amavis, MailScanner, Symantec, Trend Micro, Norton, Sophos, InterScan: warnings to the supposed sender',
    words:
      /\bvirus(?:es)? (?:\S+ ){0,3}(?:found|detected|alert|warning|in (?:mail|a message|your))|(?:contain|carr|detect|infect)\w* (?:\S+ ){0,4}(?:virus|malware|trojan|worm)\b|virus gefunden|virus d\u00e9tect\u00e9|virus detectado|infected (?:attachment|message|file)|banned (?:file|attachment|contents)/,
  },
  {
    type: 'ChallengeVerification',
    source:
      'Spam Arrest, BoxTrapper, TMDA, ChoiceMail, MailFrontier, EarthLink spamBlocker, UOL AntiSpam, 0Spam, Bluebottle',
    words:
      /requires? (?:\S+ )?(?:verification|confirmation)|verify#|spam ?arrest|boxtrapper|choicemail|\btmda\b|spamblocker|0spam|bluebottle|antispam uol|challenge[ -/]*response|\bchallenge\b.{0,80}\b(?:message|sender|mail)|(?:confirm|verify|prove) (?:that )?you(?:'re| are| sent)|(?:click|reply|follow|visit)\b.{0,120}\b(?:to (?:have|get|release|deliver|approve|confirm|verify|authenticate)|so that)\b.{0,60}\b(?:mail|message|sender|yourself)|allowed senders list|approved senders|whitelist.{0,60}(?:reply|click)|best\u00e4tigen sie.{0,80}(?:nachricht|absender)|confirme[rz]?.{0,60}(?:exp\u00e9diteur|message|mensaje|remitente|mensagem)/,
  },
  {
    type: 'AddressChange',
    source: 'Wordings of people and of GMX, AOL, Yahoo and corporate responders who moved',
    words:
      /(?:my|our|the|his|her|new) (?:new )?(?:e-?mail|mail)?[ -]?address (?:has|have|is) (?:been )?(?:changed|moved|now)|new (?:e-?mail|mail) address(?: is)?[: ]|(?:e-?mail|address) (?:has )?changed to|change of (?:e-?mail )?address|please (?:update your (?:address book|records)|use (?:my|the|our) new|note (?:my|our) new)|has moved to \S+@|(?:neue|ge\u00e4nderte) (?:e-?mail|mail)[- ]?adresse|adressen\u00e4nderung|nouvelle adresse|changement d'adresse|chang\u00e9 d'adresse|nueva direcci\u00f3n|cambi\u00e9 de (?:correo|direcci\u00f3n)|nuovo indirizzo|cambio (?:di )?indirizzo|novo (?:endere\u00e7o|e-?mail)|nieuw(?:e)? (?:e-?mail)?adres|nowy adres|\u043d\u043e\u0432\u044b\u0439 (?:\u0430\u0434\u0440\u0435\u0441|e-?mail)|\u30a2\u30c9\u30ec\u30b9(?:\u3092|\u304c)?\u5909\u66f4|\u5730\u5740(?:\u5df2)?\u53d8\u66f4|\u65b0(?:\u7684)?\u90ae\u7bb1/,
  },
  {
    type: 'SpamNotification',
    source: 'MailScanner, Barracuda, SpamTitan: the message was taken for spam and kept back',
    words:
      /(?:message|mail|e-?mail) (?:\S+ ){0,5}(?:quarantined|(?:identified|marked|classified|tagged|considered) as (?:\S+ )?spam)/,
  },
  { type: 'AutoResponder', source: 'RFC 3834: what else a machine answers', words: /(?:)/ },
];

/** Subjects by which auto-responders without the headers of RFC 3834 are known. */
export const automaticSubjects =
  /^(?:out of (?:the )?office|auto(?:matic|mated)?[ -]?(?:reply|response|answer)|autoreply|auto:|ooo\b|vacation|away from|i am (?:away|out|on)|on (?:vacation|leave|holiday)|abwesen|automatische (?:antwort|reactie)|r\u00e9ponse automatique|absence|absent|respuesta autom\u00e1tica|fuera de (?:la )?oficina|risposta automatica|fuori (?:sede|ufficio)|resposta autom\u00e1tica|aus\u00eancia|afwezig|autosvar|automatisk svar|automaattinen vastaus|automatyczna odpowied\u017a|automatick\u00e1 odpov\u011b\u010f|otomatik yan\u0131t|\u0430\u0432\u0442\u043e\u043c\u0430\u0442\u0438\u0447\u0435\u0441\u043a\u0438\u0439 \u043e\u0442\u0432\u0435\u0442|\u0430\u0432\u0442\u043e\u043e\u0442\u0432\u0435\u0442|\u81ea\u52d5\u5fdc\u7b54|\u81ea\u52d5\u8fd4\u4fe1|\u4e0d\u5728|\u81ea\u52a8\u56de\u590d|\u81ea\u52d5\u56de\u8986|\uc790\ub3d9 \ud68c\uc2e0|\uc790\ub3d9 \uc751\ub2f5)|your e-?mail requires verification|verify#|address change|change of address|virus/;
