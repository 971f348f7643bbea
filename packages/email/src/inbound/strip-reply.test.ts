// What is left of replies as the common programs write them, in the languages they speak.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { replyLinesMax, stripReply } from './strip-reply.ts';

const quote = '> Please try again\n> and tell us.\n';

/** An attribution, above a quotation and with an answer above it. */
const attributions: readonly [program: string, attribution: string][] = [
  ['Gmail en', 'On Mon, Mar 3, 2025 at 3:02 PM Support <help@shop.test> wrote:'],
  ['Gmail en, wrapped', 'On Mon, Mar 3, 2025 at 3:02 PM Support of the Northern Shop\n<help@shop.test> wrote:'],
  [
    'Gmail en, wrapped twice',
    'On Mon, Mar 3, 2025 at 3:02 PM Support of the Northern Shop and\nall its many friends\n<help@shop.test> wrote:',
  ],
  ['Gmail en, wrapped within the date', 'On Mon, Mar 3, 2025 at\n3:02 PM Support <help@shop.test> wrote:'],
  ['Gmail of 2013', '2013/11/1 Support <help@shop.test>'],
  ['Apple Mail en', 'On Mar 3, 2025, at 3:02 PM, Support <help@shop.test> wrote:'],
  ['Apple Mail en, narrow space before PM', 'On Mar 3, 2025, at 3:02\u202fPM, Support <help@shop.test> wrote:'],
  ['Thunderbird en', 'On 3/3/25 15:02, Support wrote:'],
  ['Proton', 'On Monday, March 3rd, 2025 at 3:02 PM, Support <help@shop.test> wrote:'],
  ['Fastmail', 'On Mon, Mar 3, 2025, at 3:02 PM, Support wrote:'],
  ['Zoho', '---- On Mon, 03 Mar 2025 15:02:11 +0100 Support <help@shop.test> wrote ----'],
  ['Mutt', 'Support <help@shop.test> wrote on Mon, 3 Mar 2025:'],
  ['NetEase en', 'At 2025-03-03 15:02:11, "Support" <help@shop.test> wrote:'],
  ['Gmail de', 'Am Mo., 3. März 2025 um 15:02 Uhr schrieb Support <help@shop.test>:'],
  ['Gmail de, wrapped', 'Am Mo., 3. März 2025 um 15:02 Uhr schrieb Support des Ladens <\nhelp@shop.test>:'],
  ['Apple Mail de', 'Am 03.03.2025 um 15:02 schrieb Support <help@shop.test>:'],
  ['Thunderbird de', 'Am 03.03.25 um 15:02 schrieb Support:'],
  ['Roundcube de', 'Am 03.03.2025 15:02, schrieb Support:'],
  ['Gmail fr', 'Le lun. 3 mars 2025 à 15:02, Support <help@shop.test> a écrit\u00a0:'],
  ['Apple Mail fr', 'Le 3 mars 2025 à 15:02, Support <help@shop.test> a écrit :'],
  ['Apple Mail fr, decomposed letters', 'Le 3 mars 2025 a\u0300 15:02, Support <help@shop.test> a e\u0301crit :'],
  ['Gmail es', 'El lun, 3 mar 2025 a las 15:02, Support (<help@shop.test>) escribió:'],
  ['Apple Mail es', 'El 3 mar 2025, a las 15:02, Support <help@shop.test> escribió:'],
  ['Gmail it', 'Il giorno lun 3 mar 2025 alle ore 15:02 Support <help@shop.test> ha scritto:'],
  ['Thunderbird it', 'Il 03/03/2025 15:02, Support ha scritto:'],
  ['Gmail pt', 'Em seg., 3 de mar. de 2025 às 15:02, Support <help@shop.test> escreveu:'],
  ['Gmail pt-PT', 'Support <help@shop.test> escreveu (segunda, 3/03/2025 à(s) 15:02):'],
  ['Gmail nl', 'Op ma 3 mrt 2025 om 15:02 schreef Support <help@shop.test>:'],
  ['Thunderbird nl', 'Op 3-3-2025 om 15:02 schreef Support:'],
  ['Gmail pl', 'pon., 3 mar 2025 o 15:02 Support <help@shop.test> napisał(a):'],
  ['Gmail pl, wrapped', 'pon., 3 mar 2025 o 15:02 Support of the Northern Shop\n<help@shop.test> napisał(a):'],
  ['Thunderbird pl', 'W dniu 3.03.2025 o 15:02, Support pisze:'],
  ['Gmail sv', 'Den mån 3 mars 2025 kl 15:02 skrev Support <help@shop.test>:'],
  ['Apple Mail sv', '3 mars 2025 kl. 15:02 skrev Support <help@shop.test>:'],
  ['Gmail da', 'Den man. 3. mar. 2025 kl. 15.02 skrev Support <help@shop.test>:'],
  ['Gmail no', 'man. 3. mars 2025 kl. 15:02 skrev Support <help@shop.test>:'],
  ['Gmail fi', 'ma 3. maalisk. 2025 klo 15.02 Support (help@shop.test) kirjoitti:'],
  ['Thunderbird fi', 'Support kirjoitti 3.3.2025 klo 15.02:'],
  ['Gmail cs', 'po 3. 3. 2025 v 15:02 odesílatel Support <help@shop.test> napsal:'],
  ['Thunderbird cs', 'Dne 03. 03. 25 v 15:02 Support napsal(a):'],
  ['Gmail ru', 'пн, 3 мар. 2025 г. в 15:02, Support <help@shop.test>:'],
  ['Apple Mail ru', '3 марта 2025 г., в 15:02, Support <help@shop.test> написал(а):'],
  ['Thunderbird ru', '03.03.2025 15:02, Support пишет:'],
  ['Mail.ru', 'Понедельник, 3 марта 2025, 15:02 +03:00 от Support <help@shop.test>:'],
  ['Gmail uk', 'пн, 3 бер. 2025 р. о 15:02 Support <help@shop.test> пише:'],
  ['Gmail tr', 'Support <help@shop.test>, 3 Mar 2025 Pzt, 15:02 tarihinde şunu yazdı:'],
  ['Gmail tr, wrapped', 'Support <help@shop.test>, 3 Mar 2025 Pzt, 15:02\ntarihinde şunu yazdı:'],
  ['Gmail ja', '2025年3月3日(月) 15:02 Support <help@shop.test>:'],
  ['Apple Mail ja', '2025/03/03 15:02、Support <help@shop.test>のメール：'],
  ['Gmail zh-CN', 'Support <help@shop.test> 于2025年3月3日周一 15:02写道：'],
  ['Gmail zh-TW', 'Support <help@shop.test> 於 2025年3月3日 週一 下午3:02寫道：'],
  ['Apple Mail zh', '在 2025年3月3日，15:02，Support <help@shop.test> 写道：'],
  ['Gmail ko', '2025년 3월 3일 (월) 오후 3:02, Support <help@shop.test>님이 작성:'],
  ['Thunderbird ko', '25. 3. 3. 15:02에 Support 이(가) 쓴 글:'],
  ['Gmail hu', 'Support <help@shop.test> ezt írta (időpont: 2025. márc. 3., H, 15:02):'],
  ['Gmail ro', 'În lun., 3 mar. 2025 la 15:02, Support <help@shop.test> a scris:'],
  ['Gmail el', 'Στις Δευ 3 Μαρ 2025 στις 3:02 μ.μ., ο χρήστης Support <help@shop.test> έγραψε:'],
  [
    'Gmail he',
    '\u202bבתאריך יום ב׳, 3 במרץ 2025 ב-15:02 מאת \u202aSupport\u202c\u200f <\u202ahelp@shop.test\u202c\u200f>:\u202c',
  ],
  ['a language that we do not know', 'Mar 3, 2025 15:02 Support <help@shop.test> zorgblat:'],
];

for (const [program, attribution] of attributions) {
  test(`the answer above a quotation is what remains: ${program}`, () => {
    assert.equal(stripReply(`Thanks, that works.\n\nAnn\n\n${attribution}\n\n${quote}`), 'Thanks, that works.\n\nAnn');
    assert.equal(stripReply(`Thanks.\r\n\r\n${attribution.replace(/\n/g, '\r\n')}\r\n> Hi\r\n`), 'Thanks.');
    assert.equal(stripReply(`${attribution}\n${quote}\nThanks, below.\n`), 'Thanks, below.');
    assert.equal(stripReply(`${attribution}\n${quote}`), '');
  });
}

/** A whole reply whose history no line marks; "Thanks, that works." remains. */
const unmarked: readonly [program: string, history: string][] = [
  ['Yahoo', 'On Monday, March 3, 2025 at 03:02:11 PM GMT+1, Support <help@shop.test> wrote:  \n \n Please try again'],
  [
    'Yahoo de',
    'Am Montag, 3. März 2025 um 15:02:11 MEZ hat Support <help@shop.test> Folgendes geschrieben: \n \n Please try again',
  ],
  [
    'Outlook desktop',
    '-----Original Message-----\nFrom: Support [mailto:help@shop.test]\nSent: Monday, March 3, 2025 3:02 PM\n\nPlease try again',
  ],
  [
    'Outlook desktop de',
    '-----Ursprüngliche Nachricht-----\nVon: Support\nGesendet: Montag, 3. März 2025 15:02\n\nPlease',
  ],
  ['Outlook desktop fr', "-----Message d'origine-----\nDe : Support\n\nPlease"],
  ['Outlook desktop fr, typographic apostrophe', '-----Message d\u2019origine-----\nDe : Support\n\nPlease'],
  ['Outlook desktop es', '-----Mensaje original-----\nDe: Support\n\nPlease'],
  ['Outlook desktop it', '-----Messaggio originale-----\nDa: Support\n\nPlease'],
  ['Outlook desktop pt', '-----Mensagem original-----\nDe: Support\n\nPlease'],
  ['Outlook desktop nl', '-----Oorspronkelijk bericht-----\nVan: Support\n\nPlease'],
  ['Outlook desktop pl', '-----Original Message-----\nOd: Support\n\nPlease'],
  ['Outlook desktop sv', '-----Ursprungligt meddelande-----\nFrån: Support\n\nPlease'],
  ['Outlook desktop da', '-----Oprindelig meddelelse-----\nFra: Support\n\nPlease'],
  ['Outlook desktop no', '-----Opprinnelig melding-----\nFra: Support\n\nPlease'],
  ['Outlook desktop fi', '-----Alkuperäinen viesti-----\nLähettäjä: Support\n\nPlease'],
  ['Outlook desktop cs', '-----Původní zpráva-----\nOd: Support\n\nPlease'],
  ['Outlook desktop ru', '-----Исходное сообщение-----\nОт: Support\n\nPlease'],
  ['Outlook desktop tr', '-----Özgün İleti-----\nKimden: Support\n\nPlease'],
  ['Outlook desktop zh', '-----邮件原件-----\n发件人: Support\n\nPlease'],
  ['QQ', '------------------ 原始邮件 ------------------\n发件人: Support\n\nPlease'],
  ['Naver', '-----Original Message-----\nFrom: Support\n\nPlease'],
  [
    'Samsung',
    '-------- Original message --------\nFrom: Support <help@shop.test>\nDate: 03/03/2025 15:02 (GMT+01:00)\n\nPlease',
  ],
  [
    'Outlook on the web',
    '________________________________\nFrom: Support <help@shop.test>\nSent: Monday, March 3, 2025 3:02 PM\nTo: Ann\nSubject: Order\n\nPlease',
  ],
  [
    'Outlook of Exchange, no line before the block',
    'From: Support <help@shop.test>\nSent: Monday, March 3, 2025 3:02 PM\nTo: Ann; Bob\nCc: Cid\nSubject: Order\n\nPlease',
  ],
  ['Outlook block in bold', '*From:* Support <help@shop.test>\n*Sent:* Monday\n*To:* Ann\n*Subject:* Order\n\nPlease'],
  ['Outlook block with doubled lines', 'From: Support\n\nSent: Monday\n\nTo: Ann\n\nSubject: Order\n\nPlease'],
  [
    'Outlook block de',
    'Von: Support <help@shop.test>\nGesendet: Montag, 3. März 2025 15:02\nAn: Ann\nBetreff: Order\n\nPlease',
  ],
  [
    'GMX',
    'Gesendet: Montag, 03. März 2025 um 15:02 Uhr\nVon: "Support" <help@shop.test>\nAn: ann@client.test\nBetreff: Order\nPlease',
  ],
  [
    'Outlook block fr',
    'De : Support <help@shop.test>\nEnvoyé : lundi 3 mars 2025 15:02\nÀ : Ann\nObjet : Order\n\nPlease',
  ],
  ['Outlook block es', 'De: Support\nEnviado: lunes, 3 de marzo de 2025 15:02\nPara: Ann\nAsunto: Order\n\nPlease'],
  ['Outlook block it', 'Da: Support\nInviato: lunedì 3 marzo 2025 15:02\nA: Ann\nOggetto: Order\n\nPlease'],
  [
    'Outlook block pt',
    'De: Support\nEnviado: segunda-feira, 3 de março de 2025 15:02\nPara: Ann\nAssunto: Order\n\nPlease',
  ],
  ['Outlook block nl', 'Van: Support\nVerzonden: maandag 3 maart 2025 15:02\nAan: Ann\nOnderwerp: Order\n\nPlease'],
  ['Outlook block pl', 'Od: Support\nWysłano: poniedziałek, 3 marca 2025 15:02\nDo: Ann\nTemat: Order\n\nPlease'],
  ['Outlook block sv', 'Från: Support\nSkickat: den 3 mars 2025 15:02\nTill: Ann\nÄmne: Order\n\nPlease'],
  ['Outlook block da', 'Fra: Support\nSendt: 3. marts 2025 15:02\nTil: Ann\nEmne: Order\n\nPlease'],
  [
    'Outlook block fi',
    'Lähettäjä: Support\nLähetetty: maanantai 3. maaliskuuta 2025 15.02\nVastaanottaja: Ann\nAihe: Order\n\nPlease',
  ],
  ['Outlook block cs', 'Od: Support\nOdesláno: pondělí 3. března 2025 15:02\nKomu: Ann\nPředmět: Order\n\nPlease'],
  ['Outlook block ru', 'От: Support\nОтправлено: 3 марта 2025 г. 15:02\nКому: Ann\nТема: Order\n\nPlease'],
  ['Outlook block uk', 'Від: Support\nНадіслано: 3 березня 2025 р. 15:02\nКому: Ann\nТема: Order\n\nPlease'],
  ['Outlook block tr', 'Kimden: Support\nGönderildi: 3 Mart 2025 Pazartesi 15:02\nKime: Ann\nKonu: Order\n\nPlease'],
  ['Outlook block ja', '差出人: Support\n送信日時: 2025年3月3日 15:02\n宛先: Ann\n件名: Order\n\nPlease'],
  ['Outlook block zh-CN', '发件人： Support\n发送时间： 2025年3月3日 15:02\n收件人： Ann\n主题： Order\n\nPlease'],
  ['Outlook block zh-TW', '寄件者: Support\n寄件日期: 2025年3月3日 15:02\n收件者: Ann\n主旨: Order\n\nPlease'],
  ['Outlook block ko', '보낸 사람: Support\n보낸 날짜: 2025년 3월 3일\n받는 사람: Ann\n제목: Order\n\nPlease'],
  ['a help desk that marks its mail', '##- Please type your reply above this line -##\nTicket 88\n\nPlease'],
];

for (const [program, history] of unmarked) {
  test(`history that no line marks goes to the end: ${program}`, () => {
    assert.equal(stripReply(`Thanks, that works.\n\n${history}\n\nmore of it\n`), 'Thanks, that works.');
    assert.equal(stripReply(`${history}\n`), '');
  });
}

const signatures: readonly string[] = [
  '-- \nAnn Berg\nHead of Parcels\n\n+49 30 1234567',
  '--\nAnn Berg',
  'Sent from my iPhone',
  'Sent from my Galaxy',
  'Sent via BlackBerry from T-Mobile',
  'Sent from Mail for Windows 10',
  'Sent from Yahoo Mail on Android',
  'Get Outlook for iOS<https://aka.ms/o0ukef>',
  'Get Outlook for Android',
  'Von meinem iPhone gesendet',
  'Gesendet von Mail für Windows',
  'Diese Nachricht wurde von meinem Android Mobiltelefon mit GMX Mail gesendet.',
  'Outlook für iOS beziehen',
  'Envoyé de mon iPhone',
  'Télécharger Outlook pour iOS',
  'Enviado desde mi iPhone',
  'Enviado do meu iPhone',
  'Obtener Outlook para Android',
  'Inviato da iPhone',
  'Verstuurd vanaf mijn iPhone',
  'Outlook voor iOS downloaden',
  'Wysłane z iPhone\u2019a',
  'Skickat från min iPhone',
  'Sendt fra min iPhone',
  'Lähetetty iPhonesta',
  'Odesláno z iPhonu',
  'Отправлено с iPhone',
  'Надіслано з iPhone',
  'iPhone\u2019umdan gönderildi',
  'iPhoneから送信',
  '发自我的iPhone',
  '從我的 iPhone 傳送',
  '나의 iPhone에서 보냄',
];

for (const signature of signatures) {
  test(`a signature is no part of the answer: ${signature.split('\n').join(' / ')}`, () => {
    assert.equal(stripReply(`Thanks.\n\n${signature}\n`), 'Thanks.');
    assert.equal(
      stripReply(`Thanks.\n\n${signature}\n\nOn Mon, 3 Mar 2025 at 15:02, Support wrote:\n${quote}`),
      'Thanks.',
    );
    assert.equal(
      stripReply(`On Mon, 3 Mar 2025 at 15:02, Support wrote:\n${quote}\nThanks.\n\n${signature}\n`),
      'Thanks.',
    );
  });
}

test('answers between quoted lines keep the lines that give them their sense', () => {
  const reply = `Hello,

On Mon, 3 Mar 2025 at 15:02, Support <help@shop.test> wrote:
> Is it the blue one?
Yes.
> Shall we send it?
No, I come by.
> Best regards
> Support
`;
  assert.equal(stripReply(reply), 'Hello,\n\n> Is it the blue one?\nYes.\n> Shall we send it?\nNo, I come by.');
});

test('a quoted line that a program broke off does not count as an answer', () => {
  const reply = `On Mon, 3 Mar 2025 at 15:02, Support wrote:
> Please try again with the newest version, which you find on our page of
downloads.
> Best regards

It works.
`;
  assert.equal(stripReply(reply), 'It works.');
});

test('a forwarded mail is kept', () => {
  const forwards = [
    '---------- Forwarded message ---------\nFrom: Bob <bob@client.test>\nDate: Mon, 3 Mar 2025 at 15:02\nSubject: Order\nTo: Ann\n\nMy order?\n-- \nBob',
    'Begin forwarded message:\n\nFrom: Bob <bob@client.test>\nSubject: Order\nDate: 3 March 2025\nTo: Ann\n\nMy order?',
    '-------- Weitergeleitete Nachricht --------\nBetreff: Order\nDatum: Mon, 3 Mar 2025\nVon: Bob\nAn: Ann\n\nMy order?',
    'Début du message transféré :\n\nDe: Bob\nObjet: Order\nDate: 3 mars 2025\nÀ: Ann\n\nMy order?',
  ];
  for (const forward of forwards) {
    assert.equal(stripReply(`Please see to it.\n\n${forward}\n`), `Please see to it.\n\n${forward}`);
    assert.equal(stripReply(`${forward}\n`), forward);
  }
});

test('what only looks like history is the writer\u2019s own', () => {
  const own = [
    'On second thought, as he wrote: no.',
    'As I wrote in 2024:\nwe want the blue one.',
    'I have three wishes:\n1. Blue\n2. Large\n3. At 15:02',
    'From: Berlin\nTo: Paris\nDate: 3 March\n\nTwo seats please.',
    'It must be\n>= 5 euros\n>_<',
    'Does it work in Outlook for iOS too?',
    'I sent it from my office yesterday.',
    'First\n--\nSecond\n1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n13\n14',
    'Open it with:\n\n    npm install postmark\n\nSubject: to change.',
    '__________\nthe line above is mine',
  ];
  for (const text of own) assert.equal(stripReply(`${text}\n`), text);
});

test('nothing, blanks and quotations alone leave nothing', () => {
  for (const text of ['', '\n\n', ' \r\n\t\r\n', '> Hi\n>\n> Ann', '-- \nAnn']) assert.equal(stripReply(text), '');
});

test('reading again changes nothing', () => {
  const reply = `Thanks.\n\nOn Mon, 3 Mar 2025 at 15:02, Support wrote:\n${quote}`;
  assert.equal(stripReply(stripReply(reply)), 'Thanks.');
});

test('the end of a text that nobody writes is left out', () => {
  const lines = Array.from({ length: replyLinesMax + 5 }, (_, index) => `line ${index}`);
  assert.equal(stripReply(lines.join('\n')), lines.slice(0, replyLinesMax).join('\n'));
});

test('5 MB of marks cost little', () => {
  const sizeInBytes = 5_000_000;
  const pieces = [
    ...[
      '\n',
      ':\n',
      '>\n',
      'a\n',
      'On 2025 wrote:\n',
      '12:00 wrote\n',
      'From: a\n',
      'a\n>b\n',
      '-- \n',
      'Sent from my x\n>\n',
    ],
    ...[
      '_'.repeat(20),
      '-'.repeat(299),
      ' ',
      '> ',
      'On ',
      '\r',
      '---- ',
      '<',
      'a@b>:\n',
      'Subject:\nFrom:\n\n',
      '-\n>\n\n',
      'heeft ',
    ],
    ...['2025-01-01 12:00 a wrote a@b.c <'.repeat(8).concat(':\n'), 'gönderildi '.repeat(12).concat('\n>\n'), '\u00a0'],
  ];
  for (const piece of pieces) {
    const text = piece.repeat(Math.ceil(sizeInBytes / piece.length));
    const before = process.cpuUsage();
    stripReply(text);
    const { user } = process.cpuUsage(before);
    // Quadratic work would take minutes; the bound leaves room for a busy machine.
    assert.ok(user < 10_000_000, `${JSON.stringify(piece)} took ${user / 1000} ms`);
  }
});
