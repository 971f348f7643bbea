// The words of an HTML notice, so that the same rules read it as plain text. One pass, no tree: this is for looking
// through a stranger's mail, not for showing it to people.

const breaking: ReadonlySet<string> = new Set('br p div tr td th li ul ol table h1 h2 h3 h4 h5 h6 pre hr'.split(' '));
const skipped: ReadonlySet<string> = new Set(['style', 'script', 'title']);
const namedEntities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  auml: 'ä',
  ouml: 'ö',
  uuml: 'ü',
  szlig: 'ß',
  eacute: 'é',
  egrave: 'è',
  agrave: 'à',
  aacute: 'á',
  iacute: 'í',
  oacute: 'ó',
  uacute: 'ú',
  ntilde: 'ñ',
  ccedil: 'ç',
  atilde: 'ã',
  rsquo: '\u2019',
};

/** Blocks and line breaks become line breaks; scripts, styles and comments vanish. */
export function textOfHtml(html: string): string {
  let text = '';
  let position = 0;
  while (position < html.length) {
    const open = html.indexOf('<', position);
    if (open === -1) break;
    text += html.slice(position, open).replace(/\s+/g, ' ');
    const name = /^\/?[a-z][a-z0-9]{0,9}/.exec(html.slice(open + 1, open + 12).toLowerCase())?.[0];
    if (name === undefined && !html.startsWith('<!', open)) {
      // `<ana@buyer.test>` begins like a tag and is caught below; `< 5` is text.
      text += '<';
      position = open + 1;
      continue;
    }
    const end = endOfTag(html, open, name ?? '');
    const tag = html.slice(open + 1, end);
    // Programs that forget to escape write addresses bare.
    if (/^[^\s"'=]{1,200}@[^\s"'=]{1,200}$/.test(tag)) text += `<${tag}>`;
    else if (breaking.has((name ?? '').replace('/', ''))) text += '\n';
    position = end + 1;
  }
  text += html.slice(position).replace(/\s+/g, ' ');
  return decodeEntities(text)
    .split('\n')
    .map(line => line.trim())
    .join('\n');
}

/** What is never closed goes to the end, so that each character is looked at once. */
function endOfTag(html: string, open: number, name: string): number {
  const wanted = html.startsWith('<!--', open) ? '-->' : skipped.has(name) ? `</${name}` : '>';
  const found = html.indexOf(wanted, open + 1);
  if (found === -1) return html.length;
  if (wanted === '>') return found;
  const end = html.indexOf('>', found);
  return end === -1 ? html.length : end;
}

function decodeEntities(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|([a-z]{2,8}));/gi, (whole, decimal, hex, name) => {
    if (name !== undefined) return namedEntities[String(name).toLowerCase()] ?? whole;
    const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : '';
  });
}
