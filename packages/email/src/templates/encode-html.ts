// Makes a value safe in HTML with exactly the entities that .NET's `HttpUtility.HtmlEncode` writes, because this is what
// templates put out at Postmark. Our own pages use `html/escape-html.ts`, which leaves letters alone.

/** Nothing of the text needs an entity: this test is most of the cost of a value. */
const special = /[&<>"'\u00a0-\u00ff\ud800-\udfff]/;
const specials = /[&<>"'\u00a0-\u00ff]|[\ud800-\udbff][\udc00-\udfff]|[\ud800-\udfff]/g;

export function encodeHtml(text: string): string {
  return special.test(text) ? text.replace(specials, entityOf) : text;
}

function entityOf(character: string): string {
  switch (character) {
    case '&':
      return '&amp;';
    case '<':
      return '&lt;';
    case '>':
      return '&gt;';
    case '"':
      return '&quot;';
    case "'":
      return '&#39;';
  }
  const codePoint = character.codePointAt(0) ?? 0;
  // Half of a pair is no character.
  return codePoint >= 0xd800 && codePoint <= 0xdfff ? '\ufffd' : `&#${codePoint};`;
}
