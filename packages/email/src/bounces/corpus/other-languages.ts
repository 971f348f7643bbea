// Reports in the languages of the world. Providers translate the text for people and often leave nothing else.

import type { BounceTypeName } from '../bounce-types.ts';
import { type CorpusReport, deliveryStatus, plainNotice } from './corpus-report.ts';

/** What a server says after its reply code. */
const replies: readonly [language: string, type: BounceTypeName, reply: string][] = [
  ['German', 'HardBounce', '550 Empf\u00e4nger unbekannt'],
  ['German', 'HardBounce', '550 Dieses Postfach existiert nicht'],
  ['German', 'SoftBounce', '552 Das Postfach ist voll'],
  ['German', 'Blocked', '554 Ihre IP-Adresse wurde gesperrt'],
  ['German', 'SpamNotification', '550 Nachricht wurde als Spam eingestuft und abgelehnt'],
  ['German', 'Blocked', '550 Unbekannter Absender'],
  ['German', 'VirusNotification', '554 Die Nachricht enth\u00e4lt einen Virus'],
  [
    'Russian',
    'VirusNotification',
    '554 \u041f\u0438\u0441\u044c\u043c\u043e \u0441\u043e\u0434\u0435\u0440\u0436\u0438\u0442 \u0432\u0438\u0440\u0443\u0441',
  ],
  ['French', 'HardBounce', '550 Utilisateur inconnu'],
  ['French', 'HardBounce', "550 Cette adresse n'existe pas"],
  ['French', 'SoftBounce', '552 Bo\u00eete aux lettres pleine'],
  ['French', 'Blocked', '550 Adresse IP bloqu\u00e9e pour mauvaise r\u00e9putation'],
  ['French', 'Blocked', '550 Exp\u00e9diteur inconnu'],
  ['French', 'SpamNotification', '550 Message consid\u00e9r\u00e9 comme ind\u00e9sirable'],
  ['Spanish', 'HardBounce', '550 Usuario desconocido'],
  ['Spanish', 'HardBounce', '550 El destinatario no existe'],
  ['Spanish', 'SoftBounce', '552 Buz\u00f3n lleno'],
  ['Spanish', 'Blocked', '554 Su direcci\u00f3n IP est\u00e1 bloqueada'],
  ['Spanish', 'Blocked', '550 Remitente no existe'],
  ['Italian', 'HardBounce', '550 Utente sconosciuto'],
  ['Italian', 'HardBounce', '550 La casella non esiste'],
  ['Italian', 'SoftBounce', '552 Casella piena'],
  ['Italian', 'Blocked', '550 Mittente non autorizzato, IP bloccato'],
  ['Portuguese', 'HardBounce', '550 Usu\u00e1rio desconhecido'],
  ['Portuguese', 'HardBounce', '550 O destinat\u00e1rio n\u00e3o existe'],
  ['Portuguese', 'SoftBounce', '552 Caixa de entrada cheia'],
  ['Portuguese', 'Blocked', '550 Seu IP foi bloqueado'],
  ['Dutch', 'HardBounce', '550 Onbekende gebruiker'],
  ['Dutch', 'SoftBounce', '552 Mailbox is vol'],
  ['Dutch', 'Blocked', '550 Uw IP-adres is geblokkeerd'],
  ['Polish', 'HardBounce', '550 Nie ma takiego u\u017cytkownika'],
  ['Polish', 'SoftBounce', '552 Skrzynka jest pe\u0142na'],
  ['Polish', 'Blocked', '550 Adres IP zablokowany'],
  [
    'Russian',
    'HardBounce',
    '550 \u041f\u043e\u043b\u044c\u0437\u043e\u0432\u0430\u0442\u0435\u043b\u044c \u043d\u0435 \u043d\u0430\u0439\u0434\u0435\u043d',
  ],
  [
    'Russian',
    'HardBounce',
    '550 \u0422\u0430\u043a\u043e\u0433\u043e \u043f\u043e\u043b\u044c\u0437\u043e\u0432\u0430\u0442\u0435\u043b\u044f \u043d\u0435\u0442',
  ],
  [
    'Russian',
    'SoftBounce',
    '552 \u041f\u043e\u0447\u0442\u043e\u0432\u044b\u0439 \u044f\u0449\u0438\u043a \u043f\u0435\u0440\u0435\u043f\u043e\u043b\u043d\u0435\u043d',
  ],
  [
    'Russian',
    'Blocked',
    '550 \u0412\u0430\u0448 IP \u0437\u0430\u0431\u043b\u043e\u043a\u0438\u0440\u043e\u0432\u0430\u043d',
  ],
  [
    'Russian',
    'SpamNotification',
    '550 \u041f\u0438\u0441\u044c\u043c\u043e \u043f\u043e\u0445\u043e\u0436\u0435 \u043d\u0430 \u0441\u043f\u0430\u043c',
  ],
  ['Japanese', 'HardBounce', '550 \u5b9b\u5148\u304c\u898b\u3064\u304b\u308a\u307e\u305b\u3093'],
  ['Japanese', 'HardBounce', '550 \u30e6\u30fc\u30b6\u30fc\u304c\u5b58\u5728\u3057\u307e\u305b\u3093'],
  [
    'Japanese',
    'SoftBounce',
    '552 \u30e1\u30fc\u30eb\u30dc\u30c3\u30af\u30b9\u304c\u3044\u3063\u3071\u3044\u3067\u3059',
  ],
  ['Japanese', 'Blocked', '550 \u9001\u4fe1\u8005\u304c\u62d2\u5426\u3055\u308c\u307e\u3057\u305f'],
  ['Chinese', 'HardBounce', '550 \u7528\u6237\u4e0d\u5b58\u5728'],
  ['Chinese', 'HardBounce', '550 \u6536\u4ef6\u4eba\u5730\u5740\u4e0d\u5b58\u5728'],
  ['Chinese', 'SoftBounce', '552 \u90ae\u7bb1\u5df2\u6ee1'],
  ['Chinese', 'Blocked', '554 \u60a8\u7684IP\u5df2\u88ab\u7981\u6b62'],
  ['Chinese', 'SpamNotification', '554 \u90ae\u4ef6\u88ab\u5224\u5b9a\u4e3a\u5783\u573e\u90ae\u4ef6'],
  ['Chinese, traditional', 'HardBounce', '550 \u4f7f\u7528\u8005\u4e0d\u5b58\u5728'],
  ['Chinese, traditional', 'SoftBounce', '552 \u4fe1\u7bb1\u5df2\u6eff'],
  ['Korean', 'HardBounce', '550 \uc874\uc7ac\ud558\uc9c0 \uc54a\ub294 \uc0ac\uc6a9\uc790'],
  ['Turkish', 'HardBounce', '550 Kullan\u0131c\u0131 bulunamad\u0131'],
  ['Swedish', 'HardBounce', '550 Ok\u00e4nd mottagare'],
  ['Czech', 'HardBounce', '550 Nezn\u00e1m\u00fd u\u017eivatel'],
];

/** Notices for people without any code. */
const notices: readonly [language: string, type: BounceTypeName, subject: string, body: string][] = [
  [
    'German: GMX',
    'HardBounce',
    'Mail delivery failed: returning message to sender',
    'This message was created automatically by mail delivery software.\n\nDie folgende Adresse konnte nicht erreicht werden:\n\nana@buyer.test:\nEmpf\u00e4nger unbekannt',
  ],
  [
    'German: Exchange',
    'HardBounce',
    'Unzustellbar: Ihre Bestellung',
    'Fehler bei der Nachrichtenzustellung an folgende Empf\u00e4nger oder Gruppen:\n\nana@buyer.test\nDie eingegebene E-Mail-Adresse konnte nicht gefunden werden.',
  ],
  [
    'German: voll',
    'SoftBounce',
    'Unzustellbar: Ihre Bestellung',
    'Ihre Nachricht an <ana@buyer.test> konnte nicht zugestellt werden. Das Postfach ist voll.',
  ],
  [
    'French: Exchange',
    'HardBounce',
    'Non remis : Votre commande',
    "\u00c9chec de la remise pour ces destinataires ou groupes :\n\nana@buyer.test\nL'adresse de messagerie que vous avez entr\u00e9e est introuvable.",
  ],
  [
    'Spanish: Exchange',
    'HardBounce',
    'No se puede entregar: Su pedido',
    'Error de entrega a estos destinatarios o grupos:\n\nana@buyer.test\nNo se encontr\u00f3 la direcci\u00f3n de correo electr\u00f3nico especificada.',
  ],
  [
    'Italian: Exchange',
    'HardBounce',
    'Non recapitabile: ordine',
    'Recapito non riuscito per i seguenti destinatari o gruppi:\n\nana@buyer.test\nImpossibile trovare l\u2019indirizzo di posta elettronica immesso.',
  ],
  [
    'Portuguese: Exchange',
    'HardBounce',
    'N\u00e3o entregue: pedido',
    'Falha na entrega a estes destinat\u00e1rios ou grupos:\n\nana@buyer.test\nO endere\u00e7o de email inserido n\u00e3o foi encontrado.',
  ],
  [
    'Dutch: Exchange',
    'HardBounce',
    'Onbestelbaar: bestelling',
    'Het bezorgen bij deze geadresseerden of groepen is mislukt:\n\nana@buyer.test\nHet e-mailadres dat u hebt ingevoerd, is niet gevonden.',
  ],
  [
    'Polish',
    'HardBounce',
    'Niedostarczono: zam\u00f3wienie',
    'Dostarczenie do nast\u0119puj\u0105cych adresat\u00f3w nie powiod\u0142o si\u0119:\n\nana@buyer.test\nNie znaleziono podanego adresu e-mail.',
  ],
  [
    'Russian: Mail.ru',
    'HardBounce',
    '\u041d\u0435\u0434\u043e\u0441\u0442\u0430\u0432\u043b\u0435\u043d\u043d\u043e\u0435 \u0441\u043e\u043e\u0431\u0449\u0435\u043d\u0438\u0435',
    '\u0412\u0430\u0448\u0435 \u043f\u0438\u0441\u044c\u043c\u043e \u043d\u0435 \u0434\u043e\u0441\u0442\u0430\u0432\u043b\u0435\u043d\u043e.\n\nana@buyer.test\n\u041f\u043e\u043b\u044c\u0437\u043e\u0432\u0430\u0442\u0435\u043b\u044c \u043d\u0435 \u043d\u0430\u0439\u0434\u0435\u043d',
  ],
  [
    'Chinese: QQ',
    'HardBounce',
    '\u7cfb\u7edf\u9000\u4fe1/The email is returned',
    '\u60a8\u7684\u90ae\u4ef6\u65e0\u6cd5\u9001\u8fbe\u3002\n\n\u6536\u4ef6\u4eba\uff1aana@buyer.test\n\u6536\u4ef6\u4eba\u5730\u5740\u4e0d\u5b58\u5728',
  ],
  [
    'Japanese',
    'HardBounce',
    '\u914d\u4fe1\u3067\u304d\u307e\u305b\u3093\u3067\u3057\u305f',
    '\u6b21\u306e\u5b9b\u5148\u306b\u30e1\u30fc\u30eb\u3092\u914d\u4fe1\u3067\u304d\u307e\u305b\u3093\u3067\u3057\u305f\u3002\n\nana@buyer.test\n\u5b9b\u5148\u304c\u898b\u3064\u304b\u308a\u307e\u305b\u3093',
  ],
  [
    'German: delayed',
    'Transient',
    'Zustellung verz\u00f6gert',
    'Ihre Nachricht an folgende Adresse wurde noch nicht zugestellt:\n\nana@buyer.test\n\nWeitere Versuche folgen.',
  ],
];

export const otherLanguages: readonly CorpusReport[] = [
  ...replies.map(
    ([language, type, reply]): CorpusReport => ({
      name: `${language}, ${type}: ${reply}`,
      source: `RFC 5321 4.2 leaves the text of a reply to the server: ${language}`,
      mail: deliveryStatus({ groups: [{ to: 'ana@buyer.test', status: '5.0.0', diagnostic: `smtp; ${reply}` }] }),
      expected: { kind: 'delivery_report', recipients: { 'ana@buyer.test': type } },
    }),
  ),
  ...notices.map(
    ([language, type, subject, body]): CorpusReport => ({
      name: `notice in ${language}`,
      source: language,
      mail: plainNotice({
        from: 'Postmaster <postmaster@buyer.test>',
        subject,
        body,
        more: 'MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit',
      }),
      expected: { kind: 'delivery_report', recipients: { 'ana@buyer.test': type } },
    }),
  ),
];
