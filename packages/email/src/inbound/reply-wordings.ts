// What mail programs write between an answer and the mail that it answers. Each entry names the programs that write it.
// Words are in lower case; where a program capitalizes, `plainLine` of strip-reply.ts has made it small.

export type AttributionRule = {
  source: string;
  /** Against the first of its one to four lines, where the wording has a fixed beginning. */
  start?: RegExp;
  /** Against its lines joined by spaces. */
  verb: RegExp;
};

/**
 * "On … wrote:". The line ends in a colon and names a date or an address besides. With a `start` a date is enough; without one
 * it takes a time of day or an address, so that "as I wrote in 2024:" stays the writer's own words.
 */
export const attributionRules: readonly AttributionRule[] = [
  {
    source: 'English: Gmail, Apple Mail, Yahoo, Proton, Fastmail, Zoho ("wrote ----"); NetEase with At',
    start: /^(?:on|at) /,
    verb: / (?:wrote|writes)(?:: *$| *$| on )/,
  },
  {
    source: 'English, name first: Thunderbird of old, Lotus Notes, Mutt',
    verb: /(?: |>|^)(?:wrote|writes|said)(?: on |:)/,
  },
  { source: 'German: Gmail, Apple Mail, Thunderbird, Roundcube', start: /^(?:am|den) /, verb: / schrieb| geschrieben/ },
  { source: 'German, name first: Lotus Notes, KMail', verb: /(?: |>|^)schrieb(?: am |:)/ },
  { source: 'French: Gmail, Apple Mail, Thunderbird', start: /^(?:le|en date de) /, verb: /(?: |>|^)a [ée]crit/ },
  { source: 'French, name first', verb: /(?: |>|^)a [ée]crit ?(?: le |:)/ },
  { source: 'Spanish: Gmail, Apple Mail, Thunderbird', start: /^(?:el|en) /, verb: /(?: |>|^)escribi[óo]/ },
  { source: 'Spanish, name first', verb: /(?: |>|^)escribi[óo] ?(?: el |:)/ },
  {
    source: 'Italian: Gmail (il giorno), Apple Mail, Thunderbird',
    start: /^(?:il|in data) /,
    verb: /(?: |>|^)ha scritto/,
  },
  { source: 'Italian, name first', verb: /(?: |>|^)ha scritto ?(?: il |:)/ },
  { source: 'Portuguese: Gmail, Apple Mail, Thunderbird', start: /^(?:em|no dia|na|a|no) /, verb: /(?: |>|^)escreveu/ },
  { source: 'Portuguese, name first', verb: /(?: |>|^)escreveu ?(?: em |:)/ },
  {
    source: 'Dutch: Gmail, Apple Mail, Thunderbird',
    start: /^op /,
    verb: /(?: |>|^)(?:schreef|heeft .{0,200}geschreven)/,
  },
  { source: 'Dutch, name first', verb: /(?: |>|^)schreef(?: op |:)/ },
  {
    source: 'Polish: Gmail (weekday first), Thunderbird (w dniu … pisze)',
    verb: /(?: |>|^)(?:napisa[łl](?:\(a\)|a)?|pisze)/,
  },
  { source: 'Swedish, Danish, Norwegian: Gmail, Apple Mail, Thunderbird', start: /^den /, verb: /(?: |>|^)skrev/ },
  { source: 'Swedish, Danish, Norwegian, without den: Gmail, Apple Mail', verb: /(?: |>|^)skrev(?: |:)/ },
  { source: 'Finnish: Gmail, Apple Mail, Thunderbird', verb: /(?: |>|^)kirjoitti/ },
  { source: 'Czech and Slovak: Gmail (odesílatel), Thunderbird, Seznam', verb: /(?: |>|^)nap[ií]?sal(?:\(a\)|a)?/ },
  { source: 'Russian: Apple Mail, Thunderbird, Yandex', verb: /(?: |>|^)(?:написал(?:\(а\)|а)?|пишет)/ },
  { source: 'Russian: Mail.ru ("…, 15:02 +03:00 от Name <address>:")', verb: / от / },
  { source: 'Ukrainian: Gmail, Apple Mail, Thunderbird', verb: /(?: |>|^)(?:написав(?:\(ла\)|ла)?|пише)/ },
  { source: 'Turkish: Gmail, Apple Mail, Thunderbird', verb: /tarihinde|(?: |>|^)(?:şunu|şunları)? ?yazdı/ },
  {
    source: 'Japanese: Apple Mail, Outlook, Thunderbird of old',
    verb: /のメール ?[:：]|(?:が|は)書きました|さんは?書き|wrote/,
  },
  { source: 'Chinese: Gmail, Apple Mail, NetEase, Thunderbird', verb: /写道|寫道|写到|編寫|编写|寫信|写信/ },
  { source: 'Korean: Gmail (님이 작성), Apple Mail, Thunderbird (쓴 글)', verb: /작성|쓴 글|썼습니다/ },
  { source: 'Hungarian: Gmail, Thunderbird', verb: /(?: |>|^)(?:ezt írta|írta)/ },
  { source: 'Romanian: Gmail, Thunderbird', verb: /(?: |>|^)a scris/ },
  { source: 'Greek: Gmail, Thunderbird', verb: /(?: |>|^)έγραψε/ },
  { source: 'Bulgarian: Gmail, Thunderbird', verb: /(?: |>|^)написа/ },
  { source: 'Croatian, Serbian, Slovenian: Gmail, Thunderbird', verb: /(?: |>|^)(?:napisao|je napisa|piše)/ },
  { source: 'Baltic languages: Gmail', verb: /(?: |>|^)(?:kirjutas|rašė|rakstīja)/ },
  { source: 'Catalan: Gmail, Apple Mail', start: /^(?:missatge de|el dia|el) /, verb: /del dia|va escriure/ },
  { source: 'Vietnamese, Indonesian, Thai: Gmail', verb: /đã viết|(?: |>|^)menulis|เขียนว่า/ },
  { source: 'Hebrew and Arabic: Gmail, Apple Mail', verb: /מאת|כתב|كتب|كتابة/ },
];

/** What stands between dashes before a mail that is quoted whole. */
export const originalMessageWords: ReadonlySet<string> = new Set([
  // Outlook, Exchange, Zimbra, Samsung, BlackBerry, Thunderbird in English.
  ...[
    'original message',
    'original appointment',
    'reply message',
    'previous message',
    'original mail',
    'original e-mail',
  ],
  // Outlook, GMX, Web.de, T-Online, Samsung in German.
  ...[
    'ursprüngliche nachricht',
    'originalnachricht',
    'original-nachricht',
    'original nachricht',
    'ursprünglicher termin',
  ],
  ...['originale nachricht', 'original-mail', 'ursprüngliche e-mail'],
  // Outlook, Orange, Free, Samsung in French.
  ...[
    "message d'origine",
    'message original',
    'message initial',
    "e-mail d'origine",
    'mail original',
    "courriel d'origine",
  ],
  // Outlook, Samsung in Spanish, Catalan, Italian and Portuguese.
  ...['mensaje original', 'correo original', 'missatge original', 'messaggio originale', 'messaggio di origine'],
  ...['mensagem original', 'messaggio iniziale'],
  // Outlook, Ziggo, KPN in Dutch.
  ...['oorspronkelijk bericht', 'oorspronkelijke bericht', 'origineel bericht', 'originele bericht'],
  // Outlook, WP, Onet, Interia in Polish.
  ...['oryginalna wiadomość', 'wiadomość oryginalna', 'treść oryginalnej wiadomości', 'pierwotna wiadomość'],
  // Outlook, Samsung in Swedish, Danish, Norwegian and Finnish.
  ...[
    'ursprungligt meddelande',
    'originalmeddelande',
    'ursprungsmeddelande',
    'oprindelig meddelelse',
    'original meddelelse',
  ],
  ...['oprindelig besked', 'original besked', 'opprinnelig melding', 'original melding', 'opprinnelig e-post'],
  ...['alkuperäinen viesti'],
  // Outlook, Seznam, Samsung in Czech, Slovak, Hungarian, Romanian, Croatian and Greek.
  ...['původní zpráva', 'původní e-mail', 'původní email', 'pôvodná správa', 'eredeti üzenet', 'mesaj original'],
  ...['mesajul original', 'izvorna poruka', 'originalna poruka', 'izvirno sporočilo', 'αρχικό μήνυμα'],
  // Outlook, Mail.ru, Samsung in Russian, Ukrainian and Bulgarian.
  ...['исходное сообщение', 'исходное письмо', 'оригинальное сообщение', 'первоначальное сообщение'],
  ...['оригінальне повідомлення', 'вихідне повідомлення', 'початкове повідомлення', 'оригинално съобщение'],
  // Outlook, Samsung in Turkish, Hebrew, Arabic, Vietnamese, Indonesian and Thai.
  ...['orijinal ileti', 'özgün ileti', 'orijinal mesaj', 'orjinal mesaj', 'asıl ileti', 'הודעה מקורית'],
  ...['الرسالة الأصلية', 'thư gốc', 'tin nhắn gốc', 'pesan asli', 'ข้อความต้นฉบับ'],
  // Outlook, Becky!, QQ, NetEase, Naver, Daum in Japanese, Chinese and Korean.
  ...[
    '元のメッセージ',
    '元のメール',
    'オリジナル メッセージ',
    'オリジナルメッセージ',
    '原始邮件',
    '原邮件',
    '邮件原件',
    '回复的原邮件',
  ],
  ...[
    '原始郵件',
    '原始信件',
    '原信件',
    '原始消息',
    '回复的邮件',
    '원본 메시지',
    '원본 메일',
    '원본메일',
    '원본 이메일',
  ],
]);

/** The same between dashes, or as a sentence of its own: what follows is what the writer wants to show, not history. */
export const forwardedMessageWords: ReadonlySet<string> = new Set([
  // Gmail (which writes English in most languages), Apple Mail, Thunderbird.
  ...[
    'forwarded message',
    'forwarded messages',
    'begin forwarded message',
    'forwarded by',
    'start of forwarded message',
  ],
  ...['weitergeleitete nachricht', 'anfang der weitergeleiteten nachricht', 'weitergeleitete e-mail'],
  ...['message transféré', 'début du message transféré', 'début du message réexpédié', 'message réexpédié'],
  ...['mensaje reenviado', 'inicio del mensaje reenviado', 'inicio de mensaje reenviado', 'missatge reenviat'],
  ...['messaggio inoltrato', 'inizio messaggio inoltrato', 'mensagem encaminhada', 'início da mensagem encaminhada'],
  ...[
    'mensagem reencaminhada',
    'início da mensagem reencaminhada',
    'doorgestuurd bericht',
    'begin doorgestuurd bericht',
  ],
  ...['wiadomość przekazana', 'przekazana wiadomość', 'początek przekazywanej wiadomości', 'przekazywana wiadomość'],
  ...['vidarebefordrat meddelande', 'vidarebefordrat brev', 'vidaresänt meddelande', 'videresendt meddelelse'],
  ...[
    'videresendt besked',
    'start på videresendt besked',
    'videresendt melding',
    'videresendt e-post',
    'välitetty viesti',
  ],
  ...['välitetty viesti alkaa', 'přeposlaná zpráva', 'začátek přeposílané zprávy', 'preposlaná správa'],
  ...['továbbított üzenet', 'mesaj redirecționat', 'προωθημένο μήνυμα', 'proslijeđena poruka'],
  ...['пересылаемое сообщение', 'перенаправленное сообщение', 'начало переадресованного сообщения'],
  ...['пересланное сообщение', 'переслане повідомлення', 'пересилане повідомлення', 'початок листа, що пересилається'],
  ...['препратено съобщение', 'iletilen ileti', 'iletilmiş ileti', 'yönlendirilen ileti', 'yönlendirilmiş ileti'],
  ...[
    'başlangıç olarak iletilen ileti',
    'הודעה שהועברה',
    'رسالة معاد توجيهها',
    'pesan terusan',
    'thư được chuyển tiếp',
  ],
  ...[
    '転送されたメッセージ',
    '転送メッセージ',
    '转发的邮件',
    '开始转发的邮件',
    '转发的消息',
    '转发邮件信息',
    '轉寄的郵件',
  ],
  ...['開始轉寄郵件', '轉寄郵件', '전달된 메시지', '전달된 메시지 시작', '전달된 메일'],
]);

/** A line that help desks put above what they send; whatever follows came from them. */
export const replyAboveWords =
  /(?:reply|respond|type your (?:reply|response)|write) (?:above|over) this line|(?:oberhalb|über) dieser (?:linie|zeile)|au[- ]dessus de cette ligne|(?:por )?encima de esta línea|sopra questa (?:linea|riga)|acima desta linha|boven deze (?:lijn|regel)/;

export type HeaderLabel = 'from' | 'date' | 'to' | 'copy' | 'subject';

/** The header block that Outlook, Exchange, Zimbra, GMX, QQ and Naver put above a quoted mail, without the colons. */
const labels: Readonly<Record<HeaderLabel, readonly string[]>> = {
  from: [
    ...[
      'from',
      'von',
      'de',
      'da',
      'van',
      'od',
      'från',
      'fra',
      'lähettäjä',
      'feladó',
      'expeditor',
      'de la',
      'από',
      'от',
    ],
    ...[
      'от кого',
      'від',
      'kimden',
      'gönderen',
      '差出人',
      '送信者',
      '发件人',
      '發件人',
      '寄件者',
      '寄件人',
      '보낸 사람',
      '보낸사람',
      '발신',
    ],
    ...[
      'מאת',
      'من',
      'từ',
      'dari',
      'จาก',
      'šalje',
      'expediteur',
      'expéditeur',
      'absender',
      'remitente',
      'mittente',
      'remetente',
    ],
  ],
  date: [
    ...[
      'sent',
      'date',
      'sent on',
      'gesendet',
      'datum',
      'gesendet am',
      'envoyé',
      'envoyé le',
      'enviado',
      'enviado el',
      'fecha',
    ],
    ...[
      'enviado em',
      'enviada em',
      'data',
      'inviato',
      'data invio',
      'verzonden',
      'verstuurd',
      'wysłano',
      'wysłane',
      'data wysłania',
    ],
    ...[
      'skickat',
      'sendt',
      'dato',
      'lähetetty',
      'päivämäärä',
      'päiväys',
      'odesláno',
      'odoslané',
      'dátum',
      'elküldve',
      'trimis',
      'poslano',
    ],
    ...[
      'στάλθηκε',
      'ημερομηνία',
      'отправлено',
      'дата',
      'дата отправки',
      'надіслано',
      'изпратено',
      'gönderildi',
      'gönderilme tarihi',
      'tarih',
    ],
    ...[
      '送信日時',
      '日付',
      '日時',
      '发送时间',
      '發送時間',
      '发送日期',
      '日期',
      '时间',
      '時間',
      '寄件日期',
      '傳送時間',
      '보낸 날짜',
      '보낸날짜',
      '날짜',
    ],
    ...['נשלח', 'תאריך', 'تاريخ الإرسال', 'التاريخ', 'đã gửi', 'ngày', 'dikirim', 'tanggal', 'ส่ง', 'วันที่'],
  ],
  to: [
    ...[
      'to',
      'an',
      'à',
      'a',
      'para',
      'per',
      'aan',
      'naar',
      'do',
      'till',
      'til',
      'vastaanottaja',
      'komu',
      'címzett',
      'către',
      'προς',
      'za',
    ],
    ...[
      'кому',
      'до',
      'получатель',
      'kime',
      'alıcı',
      '宛先',
      '收件人',
      '收件者',
      '받는 사람',
      '받는사람',
      '수신',
      'אל',
      'إلى',
      'đến',
      'tới',
      'kepada',
      'ถึง',
    ],
    ...['pour', 'destinataire', 'empfänger', 'destinatario', 'destinatário'],
  ],
  copy: [
    ...[
      'cc',
      'kopie',
      'kopia',
      'copie',
      'copia',
      'cópia',
      'kopi',
      'kopio',
      'másolat',
      'копия',
      'копія',
      'bilgi',
      '抄送',
      '副本',
      '참조',
      'dw',
      'udw',
    ],
  ],
  subject: [
    ...[
      'subject',
      'betreff',
      'objet',
      'asunto',
      'assunto',
      'oggetto',
      'onderwerp',
      'temat',
      'ämne',
      'emne',
      'aihe',
      'předmět',
      'predmet',
    ],
    ...[
      'tárgy',
      'subiect',
      'θέμα',
      'тема',
      'относно',
      'konu',
      '件名',
      '主题',
      '主題',
      '主旨',
      '제목',
      'נושא',
      'الموضوع',
      'chủ đề',
      'subjek',
      'เรื่อง',
    ],
    ...['sujet', 'assumpte'],
  ],
};

export const headerLabels: ReadonlyMap<string, HeaderLabel> = new Map(
  (Object.entries(labels) as [HeaderLabel, readonly string[]][]).flatMap(([label, words]) =>
    words.map((word): [string, HeaderLabel] => [word, label]),
  ),
);

/** Lines that phones and web mail put under what one writes, against the whole line in lower case. */
export const signatureLines: readonly { source: string; line: RegExp }[] = [
  {
    source: 'English: iOS, Samsung, BlackBerry, Windows Mail, Yahoo, AOL, Proton, Spark',
    line: /^sent (?:from|with|via|by|using) (?:my |the |a )?\S.{0,80}$/,
  },
  {
    source: 'Outlook for iOS and Android, in the languages that put a verb before it',
    line: /^(?:get|télécharge[rz]|obtenir|obtener|obtén|descargar|ottieni|scarica|obter|obtenha|download|haal|pobierz|uzyskaj|hämta|hent|få|hanki|získat|stáhnout|скачать|получить|завантажити|отримати|获取|取得|下载|lataa) .{0,30}outlook\b.{0,60}$/,
  },
  {
    source: 'Outlook for iOS and Android, in the languages that put the verb behind it',
    line: /^(?:holen sie sich )?(?:outlook .{0,40}(?:beziehen|herunterladen|downloaden|ophalen|を入手(?:する)?|다운로드|받기)|.{0,30}outlook['’]?[uı]? ?(?:edinin|indirin|alın))(?: ?<.{0,60}>)?$/,
  },
  {
    source: 'German: iOS, Samsung, Windows Mail, GMX and Web.de apps',
    line: /^(?:(?:von|mit|vom) (?:meinem|meiner|mein|der|dem|einem)?.{0,60} (?:gesendet|geschickt|gesandt|versendet)\.?|(?:diese (?:nachricht|e-mail) wurde |gesendet|versendet|geschickt).{0,15}(?:von|mit|über|via|vom) .{1,60})$/,
  },
  {
    source: 'French: iOS, Samsung, Windows Mail, Orange',
    line: /^(?:envoyé|provenance).{0,10} (?:de|depuis|à partir|avec|via|par|du)\b.{1,60}$/,
  },
  {
    source: 'Spanish and Portuguese: iOS, Samsung, Windows Mail',
    line: /^envia(?:do|da|t) (?:desde|de|do|a partir|através|con|com|via|pelo|por)\b.{1,60}$/,
  },
  { source: 'Italian: iOS, Samsung, Windows Mail, Libero', line: /^inviat[oa] (?:da|dal|dalla|con|tramite)\b.{1,60}$/ },
  {
    source: 'Dutch: iOS, Samsung, Windows Mail',
    line: /^(?:verstuurd|verzonden) (?:vanaf|vanuit|met|via|van)\b.{1,60}$/,
  },
  { source: 'Polish: iOS, Samsung, Windows Mail', line: /^wysłan[eoy] (?:z|za pomocą|przez)\b.{1,60}$/ },
  { source: 'Swedish: iOS, Samsung', line: /^skickat (?:från|med|via)\b.{1,60}$/ },
  { source: 'Danish and Norwegian: iOS, Samsung', line: /^sendt (?:fra|med|via)\b.{1,60}$/ },
  { source: 'Finnish: iOS, Samsung', line: /^lähetetty .{1,60}$/ },
  {
    source: 'Czech and Slovak: iOS, Samsung, Seznam',
    line: /^(?:odesláno|odoslané|poslané) (?:z|ze|zo|pomocí|přes)\b.{1,60}$/,
  },
  {
    source: 'Hungarian, Romanian, Greek',
    line: /^(?:.{0,30}iphone-?(?:ról|omról|emről) küldve|trimis de pe .{1,60}|στάλθηκε από .{1,60})$/,
  },
  {
    source: 'Russian, Ukrainian, Bulgarian: iOS, Samsung, Mail.ru',
    line: /^(?:отправлено|надіслано|изпратено|відправлено) (?:с|со|из|от|з|із|через|моб)\S*(?: .{1,60})$/,
  },
  { source: 'Turkish: iOS, Samsung', line: /^.{1,40}(?:d[ae]n|t[ae]n|ile|aracılığıyla) gönderildi\.?$/ },
  { source: 'Japanese: iOS, Outlook', line: /^.{1,40}(?:から|より)送信(?:されました)?。?$/ },
  {
    source: 'Chinese: iOS, Xiaomi, Huawei, NetEase, QQ',
    line: /^(?:发自|發自|从我的|從我的|来自|來自|由|傳送自)\s?.{1,40}$/,
  },
  { source: 'Korean: iOS, Samsung', line: /^.{1,40}에서 (?:보냄|보낸|발송|전송).{0,10}$/ },
  {
    source: 'Virus scanners: Avast, AVG',
    line: /^(?:virus-free|virenfrei|garanti sans virus|libre de virus|privo di virus)\b.{0,80}$/,
  },
];
