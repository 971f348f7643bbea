// What machines and people answer: nothing of it may suppress anyone.

import type { BounceTypeName } from '../bounce-types.ts';
import { answer, type CorpusReport, messageId } from './corpus-report.ts';

const rfc3834 = 'Auto-Submitted: auto-replied';

const answers: readonly [source: string, type: BounceTypeName, subject: string, body: string, more?: string][] = [
  ['RFC 3834', 'AutoResponder', 'Auto: Your order 1187', 'I am away until Monday.', rfc3834],
  [
    'Exchange',
    'AutoResponder',
    'Automatic reply: Your order 1187',
    'I am out of the office.',
    'X-Auto-Response-Suppress: All\nAuto-Submitted: auto-generated',
  ],
  [
    'Gmail vacation responder',
    'AutoResponder',
    'On holiday Re: Your order 1187',
    'Back in May.',
    'Precedence: bulk\nX-Autoreply: yes\nAuto-Submitted: auto-replied',
  ],
  [
    'Lotus Notes, without headers',
    'AutoResponder',
    'Ana Buyer is out of the office',
    'I will be out of the office until 13.01.2025.',
    'X-Autorespond: yes',
  ],
  [
    'Sieve vacation, RFC 5230',
    'AutoResponder',
    'Auto: Your order 1187',
    'Not here.',
    'Auto-Submitted: auto-replied (vacation)',
  ],
  [
    'cPanel autoresponder',
    'AutoResponder',
    'Thank you for contacting us',
    'We will answer within two days.',
    'X-Autorespond: Your order 1187\nPrecedence: auto_reply',
  ],
  [
    'Known by its subject only',
    'AutoResponder',
    'Out of Office: Your order 1187',
    'Back on Monday. If your mailbox is full of questions, call Bob.',
  ],
  [
    'An out-of-office notice that names a colleague',
    'AutoResponder',
    'Out of Office',
    'Please write to bob@buyer.test, who is not unknown to you.',
    rfc3834,
  ],
  ['German', 'AutoResponder', 'Abwesenheitsnotiz: Ihre Bestellung', 'Ich bin bis Montag nicht im B\u00fcro.', rfc3834],
  ['German, by its subject', 'AutoResponder', 'Automatische Antwort: Ihre Bestellung', 'Ich bin nicht da.'],
  ['French', 'AutoResponder', 'R\u00e9ponse automatique : Votre commande', "Je suis absent jusqu'au 13 janvier."],
  ['Spanish', 'AutoResponder', 'Respuesta autom\u00e1tica: Su pedido', 'Estar\u00e9 fuera de la oficina.'],
  ['Italian', 'AutoResponder', 'Risposta automatica: ordine', 'Sono fuori ufficio.'],
  ['Portuguese', 'AutoResponder', 'Resposta autom\u00e1tica: pedido', 'Estou de f\u00e9rias.'],
  ['Dutch', 'AutoResponder', 'Automatische reactie: bestelling', 'Ik ben afwezig.'],
  ['Polish', 'AutoResponder', 'Automatyczna odpowied\u017a: zam\u00f3wienie', 'Jestem na urlopie.'],
  [
    'Russian',
    'AutoResponder',
    '\u0410\u0432\u0442\u043e\u043c\u0430\u0442\u0438\u0447\u0435\u0441\u043a\u0438\u0439 \u043e\u0442\u0432\u0435\u0442: \u0437\u0430\u043a\u0430\u0437',
    '\u042f \u0432 \u043e\u0442\u043f\u0443\u0441\u043a\u0435.',
  ],
  ['Japanese', 'AutoResponder', '\u81ea\u52d5\u5fdc\u7b54: \u6ce8\u6587', '\u4e0d\u5728\u3067\u3059\u3002'],
  ['Chinese', 'AutoResponder', '\u81ea\u52a8\u56de\u590d: \u8ba2\u5355', '\u6211\u4e0d\u5728\u529e\u516c\u5ba4\u3002'],
  [
    'A ticket system',
    'AutoResponder',
    '[#4711] We have received your message',
    'Our team will answer soon.',
    'Auto-Submitted: auto-generated\nX-Auto-Response-Suppress: OOF',
  ],
  [
    'A person who moved',
    'AddressChange',
    'My address has changed',
    'My new email address is ana@elsewhere.test. Please update your records.',
    rfc3834,
  ],
  ['GMX: moved', 'AddressChange', 'Neue Mailadresse', 'Meine neue E-Mail-Adresse lautet ana@elsewhere.test.', rfc3834],
  ['French: moved', 'AddressChange', "Changement d'adresse", 'Ma nouvelle adresse est ana@elsewhere.test.', rfc3834],
  ['Spanish: moved', 'AddressChange', 'Nueva direcci\u00f3n', 'Mi nueva direcci\u00f3n es ana@elsewhere.test', rfc3834],
  [
    'A company that changed its domain',
    'AddressChange',
    'Automatic reply: Your order',
    'Our email address has changed to ana@elsewhere.test; this mailbox is no longer read.',
    rfc3834,
  ],
  [
    'BoxTrapper',
    'ChallengeVerification',
    'Your email requires verification verify#Xyz',
    'The message you sent requires that you verify that you are a real live human being and not a spam source.',
    'X-Boxtrapper: yes',
  ],
  [
    'Spam Arrest',
    'ChallengeVerification',
    'Re: Your order (verification)',
    'Ana uses Spam Arrest. Click the link to deliver your message.',
    'Precedence: junk',
  ],
  [
    'TMDA',
    'ChallengeVerification',
    'Please confirm your message',
    'This message was created automatically by mail delivery software (TMDA). Reply to release your pending message.',
    'X-TMDA-Fingerprint: abc',
  ],
  [
    'EarthLink spamBlocker',
    'ChallengeVerification',
    'Re: Your order',
    'I use spamBlocker. To be added to my allowed senders list, click below.',
    rfc3834,
  ],
  ['UOL AntiSpam', 'ChallengeVerification', 'AntiSpam UOL', 'Confirme sua mensagem: AntiSpam UOL', rfc3834],
  ['A list robot', 'Unsubscribe', 'unsubscribe', '', rfc3834],
  [
    'A person',
    'Unsubscribe',
    'Re: Your order 1187',
    'Please remove me from this list\n\n> Thank you, it is on its way.',
  ],
  ['German person', 'Unsubscribe', 'Abmelden', 'Danke'],
  ['French person', 'Unsubscribe', 'RE: d\u00e9sinscription', ''],
  ['Spanish person', 'Unsubscribe', 'Baja', 'Gracias'],
  ['Russian person', 'Unsubscribe', '\u041e\u0442\u043f\u0438\u0441\u0430\u0442\u044c\u0441\u044f', ''],
  ['A person who wants more', 'Subscribe', 'subscribe', ''],
  ['German: wants more', 'Subscribe', 'Anmelden', ''],
  [
    'MailScanner',
    'VirusNotification',
    'Virus Detected in mail from you',
    'Our virus detector has just been triggered by a message you sent.',
    rfc3834,
  ],
  [
    'Symantec',
    'VirusNotification',
    'Virus found in message "Your order"',
    'The attachment contained the virus W32.Test.',
    rfc3834,
  ],
  [
    'Barracuda quarantine',
    'SpamNotification',
    'Re: Your order',
    'Your message was quarantined and will be looked at.',
    rfc3834,
  ],
  ['abuse.net relay probe', 'OpenRelayTest', 'Relay test message', 'This is a test for open relay.', rfc3834],
];

const persons: readonly [source: string, subject: string, body: string, more?: string][] = [
  ['A person answers', 'Re: Your order 1187', 'Thank you, it came. My account is not unknown to you, I hope.'],
  ['A person asks about unsubscribing', 'Question', 'How do I unsubscribe my colleague from the printer list at work?'],
  ['A person asks about spam', 'Re: Your order', 'I found it in the spam folder.'],
  ['Explicitly no machine, RFC 3834', 'Re: Your order', 'Fine', 'Auto-Submitted: no'],
];

export const answerReports: readonly CorpusReport[] = [
  ...answers.map(
    ([source, type, subject, body, more]): CorpusReport => ({
      name: `answer, ${type}: ${source}`,
      source,
      mail: answer({ subject, body, ...(more === undefined ? {} : { more }) }),
      expected: { kind: 'auto_reply', type, messageId },
    }),
  ),
  ...persons.map(
    ([source, subject, body, more]): CorpusReport => ({
      name: `answer, none: ${source}`,
      source,
      mail: answer({ subject, body, ...(more === undefined ? {} : { more }) }),
      expected: { kind: 'none' },
    }),
  ),
  {
    name: 'a read receipt',
    source: 'RFC 8098',
    mail: `From: ana@buyer.test
To: desk@shop.test
Subject: Read: Your order
MIME-Version: 1.0
Content-Type: multipart/report; report-type=disposition-notification; boundary=r

--r

Your message was read on Monday.
--r
Content-Type: message/disposition-notification

Final-Recipient: rfc822;ana@buyer.test
Original-Message-ID: <${messageId}>
Disposition: manual-action/MDN-sent-manually; displayed
--r--
`,
    expected: { kind: 'none' },
  },
  {
    name: 'an aggregate report about DMARC',
    source: 'RFC 7489 7.2.1.1',
    mail: `From: noreply-dmarc@isp.test
To: fbl@shop.test
Subject: Report domain: shop.test Submitter: isp.test Report-ID: <1>
MIME-Version: 1.0
Content-Type: application/gzip
Content-Transfer-Encoding: base64

H4sIAAAAAAAAA0tMSgYAwkEkNQMAAAA=
`,
    expected: { kind: 'none' },
  },
];
