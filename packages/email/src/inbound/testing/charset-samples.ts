// A word of each language in the bytes of its character sets, encoded by Python's codecs: no decoder of ours has had a say in it.

/** `charset` as mail programs write it. */
export type CharsetSample = { charset: string; text: string; bytes: Buffer };

const samples: readonly (readonly [charset: string, text: string, hex: string])[] = [
  ['utf-8', 'Grüße aus Köln – 日本 €', '4772c3bcc39f6520617573204bc3b66c6e20e2809320e697a5e69cac20e282ac'],
  ['iso-8859-1', 'Grüße aus Köln', '4772fcdf6520617573204bf66c6e'],
  ['iso-8859-2', 'Zażółć gęślą jaźń', '5a61bff3b3e62067eab66cb1206a61bcf1'],
  ['iso-8859-3', 'Ħalfa ġdida ŝanĝo', 'a1616c666120f56469646120fe616ef86f'],
  ['iso-8859-4', 'Ģirts Šķēle Ņ', 'ab6972747320a9f3ba6c6520d1'],
  ['iso-8859-5', 'Привет из Москвы', 'bfe0d8d2d5e220d8d720bcdee1dad2eb'],
  ['iso-8859-6', 'مرحبا بالعالم', 'e5d1cdc8c720c8c7e4d9c7e4e5'],
  ['iso-8859-7', 'Καλημέρα κόσμε', 'cae1ebe7ecddf1e120eafcf3ece5'],
  ['iso-8859-8', 'שלום עולם', 'f9ece5ed20f2e5eced'],
  ['iso-8859-9', 'İyi günler, ağabey', 'dd79692067fc6e6c65722c2061f061626579'],
  ['iso-8859-10', 'Þorn Đđ ŋ Ŧ', 'de6f726e20a9b920bf20ab'],
  ['iso-8859-13', 'Šeši žąsyčiai', 'd065f06920fee07379e8696169'],
  ['iso-8859-14', 'Ŵŷ Ẁẁ Ḃḃ', 'd0fe20a8b820a1a2'],
  ['iso-8859-15', 'Prix: 20 € œuvre', '507269783a20323020a420bd75767265'],
  ['iso-8859-16', 'Ștefan și Țara', 'aa746566616e20ba6920de617261'],
  ['windows-1250', 'Příliš žluťoučký kůň', '50f8ed6c699a209e6c759d6f75e86bfd206bf9f2'],
  ['windows-1251', 'Съешь ещё этих булок', 'd1fae5f8fc20e5f9b820fdf2e8f520e1f3ebeeea'],
  ['windows-1252', '“Smart” quotes – 5 €', '93536d617274942071756f746573209620352080'],
  ['windows-1253', 'Ξεσκεπάζω τήν', 'cee5f3eae5f0dce6f920f4deed'],
  ['windows-1254', 'Şişli’de çay', 'de69fe6c6992646520e76179'],
  ['windows-1255', 'שלום שָלום', 'f9ece5ed20f9c8ece5ed'],
  ['windows-1256', 'السلام عليكم پ', 'c7e1d3e1c7e320dae1eddfe32081'],
  ['windows-1257', 'Žemė – ąčęėįšųū', 'de656deb209620e0e8e6ebe1f0f8fb'],
  ['windows-1258', 'Đông Đăm ơi ₫', 'd0f46e6720d0e36d20f56920fe'],
  ['windows-874', 'สวัสดี ครับ', 'cac7d1cab4d520a4c3d1ba'],
  ['koi8-r', 'Доброе утро', 'e4cfc2d2cfc520d5d4d2cf'],
  ['koi8-u', 'Доброго ранку, Їжак ґ', 'e4cfc2d2cfc7cf20d2c1cecbd52c20b7d6c1cb20ad'],
  ['ibm866', 'Старый компьютер', '91e2a0e0eba920aaaeacafeceee2a5e0'],
  ['x-mac-cyrillic', 'Яблоко', '9fe1ebeeeaee'],
  ['macintosh', 'Café Ångström ƒ', '4361668e20816e677374729a6d20c4'],
  ['gb2312', '你好世界', 'c4e3bac3cac0bde7'],
  ['gbk', '鎔基，你好', 'e667bbf9a3acc4e3bac3'],
  ['gb18030', '你好 㐀 世界', 'c4e3bac3208139ee3920cac0bde7'],
  ['big5', '繁體中文測試', 'c163c5e9a4a4a4e5b4fab8d5'],
  ['euc-kr', '안녕하세요 세계', 'bec8b3e7c7cfbcbcbfe420bcbcb0e8'],
  ['ks_c_5601-1987', '방각하 안녕', 'b9e6b0a2c7cf20bec8b3e7'],
  ['euc-jp', 'こんにちは世界', 'a4b3a4f3a4cba4c1a4cfc0a4b3a6'],
  ['shift_jis', 'カタカナ表示ソ', '834a835e834a8369955c8ea6835c'],
  ['cp932', '髙橋①', 'eee08bb48740'],
  ['iso-2022-jp', '日本語のメール', '1b2442467c4b5c386c244e2561213c256b1b2842'],
  ['iso-2022-kr', '안녕하세요', '1b2429430e3e483367474f3c3c3f640f'],
  ['hz-gb-2312', '你好世界', '7e7b44633a434a403d677e7d'],
  ['utf-7', 'Grüße + 日本', '47722b4150774133772d65202b2d202b5a65566e4c412d'],
];

export const charsetSamples: readonly CharsetSample[] = samples.map(([charset, text, hex]) => ({
  charset,
  text,
  bytes: Buffer.from(hex, 'hex'),
}));

/** Of seven bits: they need no transfer encoding. */
export const sevenBitCharsets: ReadonlySet<string> = new Set(['iso-2022-jp', 'iso-2022-kr', 'hz-gb-2312', 'utf-7']);
