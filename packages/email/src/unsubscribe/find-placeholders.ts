// Finds, by position, where a sender wants the link by which a recipient unsubscribes. Nothing else is looked at or changed.
// Source: Postmark's page "Unsubscribe links", and what its early documentation had (`label`).

import { Tokenizer } from 'htmlparser2';

/**
 * Positions are those of `String.slice`. `form`: the bare URL, a whole link, or the words alone because the place is
 * within a link already. `label` are the words, as they stand in the body.
 */
export type Placeholder = { start: number; end: number; form: 'url' | 'link' | 'words'; label: string };

export const defaultLabel = 'Unsubscribe';

// Editors write a URL anew: they escape the braces, and put a scheme before what has none.
const space = String.raw`(?:\s|%20|&nbsp;)`;
const placeholder = new RegExp(
  String.raw`(?:https?:\/\/)?(?:\{\{\{|%7B%7B%7B)${space}{0,9}pm(?::|%3A)unsubscribe(_url)?` +
    String.raw`(?:${space}{1,9}label\s{0,9}=\s{0,9}(?:"([^"<>{}]{0,200})"|'([^'<>{}]{0,200})'))?${space}{0,9}(?:\}\}\}|%7D%7D%7D)`,
  'gi',
);

type Match = { start: number; end: number; isUrl: boolean; label: string };

function matchesIn(body: string): Match[] {
  if (!holdsName(body)) return [];
  return [...body.matchAll(placeholder)].map(match => ({
    start: match.index,
    end: match.index + match[0].length,
    isUrl: match[1] !== undefined,
    label: (match[2] ?? match[3] ?? '').trim() || defaultLabel,
  }));
}

function holdsName(body: string): boolean {
  return /unsubscribe/i.test(body);
}

/** Whether a look for placeholders is worth it. */
export function mayHoldPlaceholders({ text, html }: { text?: string; html?: string }): boolean {
  return matchesIn(text ?? '').length > 0 || matchesIn(html ?? '').length > 0;
}

/**
 * The same of a message that came by SMTP, before anything of it is decoded: true more often than there are any. A line
 * of quoted-printable may break within the name, but not twice.
 */
export function sourceMayHoldPlaceholders({ header, body }: { header: Buffer; body: Buffer }): boolean {
  if (body.includes('pm:') || body.includes('subscribe')) return true;
  const isBase64 = (bytes: Buffer) => /base64/i.test(bytes.toString('latin1'));
  return isBase64(header) || isBase64(body);
}

export function findPlaceholdersInText(text: string): Placeholder[] {
  return matchesIn(text).map(({ start, end, label }) => ({ start, end, label, form: 'url' }));
}

export function findPlaceholdersInHtml(html: string): Placeholder[] {
  const matches = matchesIn(html);
  if (matches.length === 0) return [];
  const { bare, links } = rangesOf(html);
  return matches.map(({ start, end, isUrl, label }) => ({
    start,
    end,
    label,
    form: isUrl || isWithin(bare, start) ? 'url' : isWithin(links, start) ? 'words' : 'link',
  }));
}

type Range = { start: number; end: number };

/** `bare`: tags, comments, scripts and styles, where no link can begin. `links`: what stands between `<a>` and `</a>`. */
function rangesOf(html: string): { bare: Range[]; links: Range[] } {
  const bare: Range[] = [];
  const links: Range[] = [];
  let name = '';
  let tagStart = 0;
  let rawStart: number | undefined;
  let linkStart: number | undefined;
  const closeTag = (end: number) => {
    bare.push({ start: tagStart, end: end + 1 });
    if (name === 'a') linkStart ??= end + 1;
    if (name === 'style' || name === 'script' || name === 'title') rawStart = end + 1;
  };
  const comment = (start: number, end: number) => bare.push({ start, end });
  const nothing = () => {};
  const tokenizer = new Tokenizer(
    { decodeEntities: false },
    {
      onopentagname(start, end) {
        name = html.slice(start, end).toLowerCase();
        tagStart = start - 1;
      },
      onopentagend: closeTag,
      onselfclosingtag: closeTag,
      onclosetag(start, end) {
        const closed = html.slice(start, end).toLowerCase();
        if (closed === 'a' && linkStart !== undefined) {
          links.push({ start: linkStart, end: start });
          linkStart = undefined;
        }
        if (rawStart !== undefined) bare.push({ start: rawStart, end: start });
        rawStart = undefined;
      },
      oncomment: comment,
      oncdata: comment,
      ondeclaration: comment,
      onprocessinginstruction: comment,
      onattribname: nothing,
      onattribdata: nothing,
      onattribend: nothing,
      onattribentity: nothing,
      onend: nothing,
      ontext: nothing,
      ontextentity: nothing,
    },
  );
  tokenizer.write(html);
  tokenizer.end();
  return { bare, links };
}

/** `ranges` are in order and do not overlap. */
function isWithin(ranges: readonly Range[], position: number): boolean {
  let low = 0;
  let high = ranges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ranges[middle]?.end ?? 0) <= position) low = middle + 1;
    else high = middle;
  }
  const range = ranges[low];
  return range !== undefined && range.start <= position;
}
