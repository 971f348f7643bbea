// Makes a value safe in HTML with exactly the entities that .NET's `HttpUtility.HtmlEncode` writes, because this is what
// templates put out at Postmark. Our own pages use `html/escape-html.ts`, which leaves letters alone.

/** By UTF-16 unit, up to U+00FF; nothing where the character stays. */
const entities: readonly (string | undefined)[] = Array.from({ length: 256 }, (_, code) => {
  const character = String.fromCharCode(code);
  const named = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }[character];
  return named ?? (code >= 0xa0 ? `&#${code};` : undefined);
});

/** A loop over units, because it takes a quarter of the time of an expression with a replacer (measured on short values). */
export function encodeHtml(text: string): string {
  let encoded = '';
  let copied = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code > 0xff && (code < 0xd800 || code > 0xdfff)) continue;
    const entity = code > 0xff ? entityOfPair(text, at) : entities[code];
    if (entity === undefined) continue;
    encoded += text.slice(copied, at) + entity;
    if (entity.length > 1 && code > 0xff) at++;
    copied = at + 1;
  }
  return copied === 0 ? text : encoded + text.slice(copied);
}

/** One entity for both units of a pair. Half of a pair is no character. */
function entityOfPair(text: string, at: number): string {
  const codePoint = text.codePointAt(at) ?? 0;
  return codePoint > 0xffff ? `&#${codePoint};` : '\ufffd';
}
