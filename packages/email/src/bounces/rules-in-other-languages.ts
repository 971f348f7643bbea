// The wordings of receivers that answer in their own language, or translate what they answer. English is in the files
// beside this one. Words are in lower case; `\b` knows no letters but those of ASCII, so it is not used here.

import type { ReplyRule } from './reply-rule.ts';

/** Asked before all that speaks of recipients: our sender, address or content is refused. */
export const rulesAboutUsInOtherLanguages: readonly ReplyRule[] = [
  {
    type: 'VirusNotification',
    source: 'A virus, in German, French, Spanish, Italian, Portuguese, Russian, Japanese and Chinese',
    words:
      /enth\u00e4lt (?:einen )?virus|virus.{0,20}(?:gefunden|erkannt|d\u00e9tect\u00e9|detectado|rilevato)|contient un virus|conti?ene (?:un )?virus|cont\u00e9m (?:um )?v\u00edrus|\u0432\u0438\u0440\u0443\u0441|\u30a6\u30a4\u30eb\u30b9|\u75c5\u6bd2/,
  },
  {
    type: 'SpamNotification',
    source: 'Taken for spam: Web.de, Orange, Libero, UOL, WP, Mail.ru, Yandex, NetEase, Tencent, Naver',
    words:
      /als (?:spam|unerw\u00fcnscht|werbung)|spam.{0,30}(?:eingestuft|abgelehnt|erkannt|verdacht|rechazad|rilevat|rejeitad|geweigerd|odrzucon)|ind\u00e9sirable|pourriel|correo no deseado|(?:como|come|jako|als) spam|posta indesiderata|lixo eletr\u00f4nico|ongewenste e-?mail|\u0441\u043f\u0430\u043c|\u8ff7\u60d1\u30e1\u30fc\u30eb|\u30b9\u30d1\u30e0|\u5783\u573e\u90ae\u4ef6|\u5783\u573e\u90f5\u4ef6|\uc2a4\ud338/,
  },
  {
    type: 'Blocked',
    source: 'The sender or its address is refused, in German and Dutch: Web.de, T-Online, KPN',
    words:
      /absender\S*.{0,40}(?:unbekannt|abgelehnt|gesperrt|ung\u00fcltig|existiert|nicht)|(?:unbekannter|ung\u00fcltiger|gesperrter) absender|ip-?adresse.{0,50}(?:gesperrt|blockiert|abgelehnt|gelistet|sperrliste)|sperrliste|schwarze liste|afzender\S*.{0,40}(?:onbekend|geweigerd|geblokkeerd|ongeldig|bestaat)|(?:onbekende|ongeldige) afzender|ip-?adres .{0,50}(?:geblokkeerd|geweigerd)|zwarte lijst/,
  },
  {
    type: 'Blocked',
    source:
      'The sender or its address is refused, in French, Spanish, Italian and Portuguese: Orange, Free, Terra, Libero, UOL',
    words:
      /exp\u00e9diteur.{0,40}(?:inconnu|refus|bloqu|invalide|rejet|interdit|existe|autoris)|(?:^| )ip .{0,50}(?:bloqu|refus|rejet|rechazad|listad|bloccat|rifiutat|rejeitad)|liste noire|lista (?:negra|nera)|r\u00e9putation|reputaci\u00f3n|reputazione|reputa\u00e7\u00e3o|remitente.{0,40}(?:no existe|desconocid|rechazad|bloquead|inv\u00e1lid|no autorizad|denegad)|mittente.{0,40}(?:sconosciut|rifiutat|bloccat|non autorizzat|non valid|inesistente|non esiste)|remetente.{0,40}(?:desconhecid|rejeitad|bloquead|inv\u00e1lid|n\u00e3o)/,
  },
  {
    type: 'Blocked',
    source: 'The sender or its address is refused, in Polish and Russian: WP, Onet, Mail.ru, Yandex',
    words:
      /nadawc\S*.{0,40}(?:nieznan|odrzucon|zablokowan|nieprawid\u0142ow|nie istnieje)|(?:nieznany|nieprawid\u0142owy) nadawca|(?:^| )ip .{0,40}zablokowan|czarn(?:a|ej) li|\u043e\u0442\u043f\u0440\u0430\u0432\u0438\u0442\u0435\u043b.{0,40}(?:\u043d\u0435\u0438\u0437\u0432\u0435\u0441\u0442|\u043e\u0442\u043a\u043b\u043e\u043d|\u0437\u0430\u0431\u043b\u043e\u043a\u0438\u0440|\u043d\u0435 \u043d\u0430\u0439\u0434\u0435\u043d|\u043d\u0435 \u0441\u0443\u0449\u0435\u0441\u0442\u0432\u0443\u0435\u0442|\u0437\u0430\u043f\u0440\u0435\u0449)|\u043d\u0435\u0438\u0437\u0432\u0435\u0441\u0442\u043d\S* \u043e\u0442\u043f\u0440\u0430\u0432\u0438\u0442\u0435\u043b|(?:^| )ip.{0,40}(?:\u0437\u0430\u0431\u043b\u043e\u043a\u0438\u0440|\u0447\u0435\u0440\u043d|\u0437\u0430\u043f\u0440\u0435\u0449)|\u0447[\u0435\u0451]\u0440\u043d(?:\u044b\u0439|\u043e\u043c) \u0441\u043f\u0438\u0441\u043a|\u0440\u0435\u043f\u0443\u0442\u0430\u0446/,
  },
  {
    type: 'Blocked',
    source:
      'The sender or its address is refused, in Japanese, Chinese and Korean: NTT Docomo, NetEase, Tencent, Naver',
    words:
      /\u9001\u4fe1\u8005.{0,30}(?:\u62d2\u5426|\u5b58\u5728\u3057\u307e\u305b\u3093|\u4e0d\u660e|\u7121\u52b9|\u898b\u3064\u304b\u308a)|\u9001\u4fe1\u5143.{0,30}(?:\u62d2\u5426|\u30d6\u30ed\u30c3\u30af|\u5236\u9650|\u5b58\u5728)|\u30d6\u30e9\u30c3\u30af\u30ea\u30b9\u30c8|ip\u30a2\u30c9\u30ec\u30b9.{0,30}(?:\u62d2\u5426|\u30d6\u30ed\u30c3\u30af)|(?:\u53d1\u4ef6\u4eba|\u5bc4\u4ef6\u8005|\u5bc4\u4ef6\u4eba|\u53d1\u4fe1\u4eba).{0,20}(?:\u4e0d\u5b58\u5728|\u62d2\u7edd|\u62d2\u7d55|\u65e0\u6548|\u7121\u6548|\u7981\u6b62|\u627e\u4e0d\u5230)|ip.{0,20}(?:\u7981\u6b62|\u62d2\u7edd|\u62d2\u7d55|\u5c01|\u9650\u5236)|\u9ed1\u540d\u5355|\u9ed1\u540d\u55ae|\u4fe1\u8a89|\ubc1c\uc2e0\uc790.{0,20}(?:\uac70\ubd80|\ucc28\ub2e8|\uc874\uc7ac)|\ucc28\ub2e8/,
  },
];

export const wordingsInOtherLanguages: readonly ReplyRule[] = [
  {
    type: 'SoftBounce',
    source: 'RFC 3463 X.2.2 in German, Dutch, French, Spanish, Italian and Portuguese',
    words:
      /(?:postfach|mailbox|posteingang|konto).{0,40}(?:voll(?: |$)|\u00fcberf\u00fcllt|kontingent)|(?:speicherplatz|kontingent|quota).{0,30}(?:\u00fcberschritten|ersch\u00f6pft)|(?:mailbox|postvak|postbus).{0,30} vol(?: |$)|quotum.{0,30}overschreden|bo[i\u00ee]te.{0,30}pleine|quota.{0,30}(?:d\u00e9pass\u00e9|atteint|superat|excedid)|buz[o\u00f3]n.{0,30}llen|cuota.{0,30}(?:excedid|superad)|bandeja.{0,30}llena|casella.{0,30}piena|caixa.{0,40}cheia|cota.{0,30}excedid/,
  },
  {
    type: 'SoftBounce',
    source: 'RFC 3463 X.2.2 in Polish, Russian, Turkish, Japanese, Chinese and Korean',
    words:
      /skrzynk\S*.{0,30}(?:pe\u0142n|przepe\u0142n)|przekroczon.{0,30}(?:limit|pojemn)|\u044f\u0449\u0438\u043a.{0,30}\u043f\u0435\u0440\u0435\u043f\u043e\u043b\u043d\u0435\u043d|\u043f\u0440\u0435\u0432\u044b\u0448\u0435\u043d.{0,30}(?:\u043a\u0432\u043e\u0442|\u043b\u0438\u043c\u0438\u0442|\u0440\u0430\u0437\u043c\u0435\u0440)|\u043a\u0432\u043e\u0442.{0,20}\u043f\u0440\u0435\u0432\u044b\u0448\u0435\u043d|kutusu dolu|kota.{0,20}(?:a\u015f|dol)|\u30e1\u30fc\u30eb\u30dc\u30c3\u30af\u30b9.{0,20}(?:\u3044\u3063\u3071\u3044|\u4e00\u676f|\u6e80\u676f|\u5bb9\u91cf)|\u5bb9\u91cf.{0,20}\u8d85|(?:\u90ae\u7bb1|\u4fe1\u7bb1|\u90f5\u7bb1).{0,10}(?:\u5df2\u6ee1|\u5df2\u6eff|\u7a7a\u95f4\u4e0d\u8db3)|\uc6a9\ub7c9.{0,10}\ucd08\uacfc/,
  },
  {
    type: 'HardBounce',
    source:
      'RFC 3463 X.1.1 in German, Dutch, Swedish, Danish, Norwegian and Finnish: GMX, Web.de, T-Online, KPN, Telia',
    words:
      /(?:empf\u00e4nger|benutzer|nutzer|postfach|mailbox|teilnehmer|konto|(?<!ip-?)adresse)\S*.{0,50}(?:unbekannt|existiert nicht|nicht (?:bekannt|gefunden|vorhanden|existiert)|ung\u00fcltig)|(?:unbekannter|ung\u00fcltiger) (?:empf\u00e4nger|benutzer|nutzer)|(?:onbekende|ongeldige) (?:gebruiker|ontvanger|geadresseerde)|(?:gebruiker|ontvanger|postvak|postbus|(?<!ip-?)adres)\S*.{0,50}(?:onbekend|bestaat niet|niet gevonden)|ok\u00e4nd (?:mottagare|anv\u00e4ndare)|(?:mottagaren|anv\u00e4ndaren).{0,30}(?:finns inte|hittades inte)|uke(?:nd|nn)t (?:modtager|bruger|mottaker|bruker)|ukjent (?:mottaker|bruker)|tuntematon (?:vastaanottaja|k\u00e4ytt\u00e4j\u00e4)/,
  },
  {
    type: 'HardBounce',
    source: 'RFC 3463 X.1.1 in French, Spanish, Italian and Portuguese: Orange, Free, Terra, Libero, UOL',
    words:
      /(?:utilisateur|destinataire|bo[i\u00ee]te|compte|adresse(?! ip))\S*.{0,50}(?:inconnu|n'existe (?:pas|plus)|introuvable|inexistant|non trouv\u00e9)|(?:usuario|destinatario|buz[o\u00f3]n|cuenta|casilla|direcci[o\u00f3]n(?! ip))\S*.{0,50}(?:desconocid|no existe|inexistente|no encontrad|no v[a\u00e1]lid|inv[a\u00e1]lid)|no se encontr[o\u00f3] (?:el usuario|la direcci[o\u00f3]n(?! ip)|el destinatario|el buz[o\u00f3]n)|(?:utente|destinatario|casella|indirizzo(?! ip))\S*.{0,50}(?:sconosciut|inesistente|non esiste|non trovat)|impossibile trovare l'indirizzo(?! ip)|(?:usu[a\u00e1]rio|destinat[a\u00e1]rio|conta|caixa|endere[c\u00e7]o(?! ip))\S*.{0,50}(?:desconhecid|n[a\u00e3]o existe|inexistente|n[a\u00e3]o (?:foi )?encontrad)/,
  },
  {
    type: 'HardBounce',
    source: 'RFC 3463 X.1.1 in Polish, Czech, Russian and Turkish: WP, Onet, Seznam, Mail.ru, Yandex',
    words:
      /(?:u\u017cytkownik|odbiorc|adresat|skrzynk)\S*.{0,50}(?:nieznan|nie istnieje|nie znaleziono)|nie ma takiego (?:u\u017cytkownika|adresu|konta|odbiorcy)|nie znaleziono (?:\S+ )?(?:u\u017cytkownika|adresu|odbiorcy)|nieznany (?:u\u017cytkownik|odbiorca|adresat)|nezn\u00e1m\u00fd (?:u\u017eivatel|p\u0159\u00edjemce)|(?:u\u017eivatel|p\u0159\u00edjemce|schr\u00e1nka).{0,30}neexistuje|(?:\u043f\u043e\u043b\u044c\u0437\u043e\u0432\u0430\u0442\u0435\u043b|\u043f\u043e\u043b\u0443\u0447\u0430\u0442\u0435\u043b|\u044f\u0449\u0438\u043a|\u0430\u0434\u0440\u0435\u0441(?! ip)|\u0430\u043a\u043a\u0430\u0443\u043d\u0442)\S*.{0,50}(?:\u043d\u0435 \u043d\u0430\u0439\u0434\u0435\u043d|\u043d\u0435 \u0441\u0443\u0449\u0435\u0441\u0442\u0432\u0443\u0435\u0442|\u043d\u0435\u0438\u0437\u0432\u0435\u0441\u0442)|\u0442\u0430\u043a\u043e\u0433\u043e (?:\u043f\u043e\u043b\u044c\u0437\u043e\u0432\u0430\u0442\u0435\u043b\u044f|\u0430\u0434\u0440\u0435\u0441\u0430|\u044f\u0449\u0438\u043a\u0430|\u043f\u043e\u043b\u0443\u0447\u0430\u0442\u0435\u043b\u044f) (?:\u043d\u0435\u0442|\u043d\u0435 \u0441\u0443\u0449\u0435\u0441\u0442\u0432\u0443\u0435\u0442)|\u043d\u0435\u0442 \u0442\u0430\u043a\u043e\u0433\u043e (?:\u043f\u043e\u043b\u044c\u0437\u043e\u0432\u0430\u0442\u0435\u043b\u044f|\u0430\u0434\u0440\u0435\u0441\u0430|\u044f\u0449\u0438\u043a\u0430)|\u043d\u0435\u0438\u0437\u0432\u0435\u0441\u0442\u043d\u044b\u0439 (?:\u043f\u043e\u043b\u044c\u0437\u043e\u0432\u0430\u0442\u0435\u043b\u044c|\u043f\u043e\u043b\u0443\u0447\u0430\u0442\u0435\u043b\u044c)|(?:kullan\u0131c\u0131|al\u0131c\u0131|posta kutusu)\S*.{0,30}(?:bulunamad\u0131|bilinmiyor|mevcut de\u011fil)/,
  },
  {
    type: 'HardBounce',
    source: 'RFC 3463 X.1.1 in Japanese, Chinese and Korean: NTT Docomo, NetEase, Tencent, HiNet, Naver',
    words:
      /(?:\u5b9b\u5148|\u30e6\u30fc\u30b6|\u53d7\u4fe1\u8005|\u30e1\u30fc\u30eb\u30a2\u30c9\u30ec\u30b9|\u30a2\u30ab\u30a6\u30f3\u30c8|\u30e1\u30fc\u30eb\u30dc\u30c3\u30af\u30b9).{0,20}(?:\u898b\u3064\u304b\u308a\u307e\u305b\u3093|\u5b58\u5728\u3057\u307e\u305b\u3093|\u4e0d\u660e)|(?:\u7528\u6237|\u7528\u6236|\u4f7f\u7528\u8005|\u6536\u4ef6\u4eba|\u6536\u4ef6\u8005|\u5e10\u53f7|\u8d26\u53f7|\u90ae\u7bb1|\u4fe1\u7bb1).{0,12}(?:\u4e0d\u5b58\u5728|\u672a\u627e\u5230|\u627e\u4e0d\u5230|\u65e0\u6548|\u7121\u6548)|\uc874\uc7ac\ud558\uc9c0 \uc54a\ub294 (?:\uc0ac\uc6a9\uc790|\uacc4\uc815|\uc218\uc2e0\uc790)|(?:\uc0ac\uc6a9\uc790|\uc218\uc2e0\uc790).{0,12}(?:\uc5c6|\uc874\uc7ac\ud558\uc9c0)/,
  },
];
