// Finds, by position, what tracking changes in an HTML body: the links of <a>, the attribute that says "not this one",
// and the place for the pixel. Nothing is parsed into a tree and written again, so every other byte stays.
// Source: Postmark's pages "Tracking links" and "Tracking opens"; HTML Standard 13.2.5 (tokenization).

import { decodeHTMLAttribute } from 'entities';
import { QuoteType, Tokenizer } from 'htmlparser2';
import { isTrackable } from './link-target.ts';

/** Positions are those of `String.slice`. */
export type FoundLink = { start: number; end: number; target: string };

export type HtmlFindings = {
  /** In the order in which they stand. The attribute's value only, without its quotes. */
  links: FoundLink[];
  /** Attributes `data-pm-no-track`, with the white space before them. */
  marks: { start: number; end: number }[];
  /** What the marked links lead to: the same URL is left alone in the text body. */
  unmarked: ReadonlySet<string>;
  pixelAt: number;
};

const noTrackName = 'data-pm-no-track';

type Attribute = { name: string; start: number; valueStart: number; valueEnd: number; end: number };

export function findInHtml(html: string): HtmlFindings {
  const links: FoundLink[] = [];
  const marks: { start: number; end: number }[] = [];
  const unmarked = new Set<string>();
  let bodyEnd: number | undefined;
  let documentEnd: number | undefined;
  let attributes: Attribute[] | undefined;
  let attribute: Attribute | undefined;

  function closeTag(): void {
    if (!attributes) return;
    // The first attribute of a name is the one that counts (HTML Standard 13.2.5.33).
    const href = attributes.find(({ name }) => name === 'href');
    const isMarked = attributes.some(({ name }) => name === noTrackName);
    for (const { name, start, end } of attributes) {
      if (name === noTrackName) marks.push({ start: startOfSpace(html, start), end });
    }
    if (href && href.valueEnd > href.valueStart) addLink(href, isMarked);
    attributes = undefined;
  }

  function addLink({ valueStart, valueEnd }: Attribute, isMarked: boolean): void {
    // Browsers drop white space around a URL, and line breaks and tabs within it (URL Standard 4.4).
    const target = decodeHTMLAttribute(html.slice(valueStart, valueEnd))
      .replace(/[\t\n\r]/g, '')
      .replace(/^[\0- ]+|[\0- ]+$/g, '');
    if (!isTrackable(target)) return;
    if (isMarked) unmarked.add(target);
    else links.push({ start: valueStart, end: valueEnd, target });
  }

  const nothing = () => {};
  const tokenizer = new Tokenizer(
    { decodeEntities: false },
    {
      onopentagname(start, end) {
        attributes = html.slice(start, end).toLowerCase() === 'a' ? [] : undefined;
      },
      onattribname(start, end) {
        attribute = { name: html.slice(start, end).toLowerCase(), start, valueStart: end, valueEnd: end, end };
      },
      onattribdata(start, end) {
        if (!attribute) return;
        if (attribute.valueEnd === attribute.end) attribute.valueStart = start;
        attribute.valueEnd = end;
      },
      onattribend(quote, end) {
        if (!attribute) return;
        // Behind the closing quote. Of an attribute without a value, behind the white space that follows its name.
        if (quote !== QuoteType.NoValue) attribute.end = end;
        attributes?.push(attribute);
        attribute = undefined;
      },
      onopentagend: closeTag,
      onselfclosingtag: closeTag,
      onclosetag(start, end) {
        const name = html.slice(start, end).toLowerCase();
        // `</`, and white space that some write behind it, stand before the name.
        if (name === 'body') bodyEnd = html.lastIndexOf('<', start);
        else if (name === 'html') documentEnd = html.lastIndexOf('<', start);
      },
      onattribentity: nothing,
      oncdata: nothing,
      oncomment: nothing,
      ondeclaration: nothing,
      onend: nothing,
      onprocessinginstruction: nothing,
      ontext: nothing,
      ontextentity: nothing,
    },
  );
  tokenizer.write(html);
  tokenizer.end();
  return { links, marks, unmarked, pixelAt: bodyEnd ?? documentEnd ?? html.length };
}

function startOfSpace(html: string, position: number): number {
  let start = position;
  while (start > 0 && /[\t\n\f\r ]/.test(html.charAt(start - 1))) start -= 1;
  return start;
}
