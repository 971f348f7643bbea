// Writes the text part of a mail from its HTML, for people and programs that read text: links with their addresses, lists,
// rows of tables on lines of their own. What the HTML hides is left out, above all the preheader, which is a copy of what follows.

import { type DefaultTreeAdapterTypes, defaultTreeAdapter } from 'parse5';
import { textOfHtml } from '../mime/text-of-html.ts';
import { inlineCss } from './inline-css.ts';
import { parseHtml } from './parse-html.ts';
import { TextWriter } from './text-writer.ts';

type Element = DefaultTreeAdapterTypes.Element;
type ChildNode = DefaultTreeAdapterTypes.ChildNode;

const skipped: ReadonlySet<string> = new Set(
  'head style script title template noscript svg math object iframe select'.split(' '),
);
const paragraphs: ReadonlySet<string> = new Set('p h1 h2 h3 h4 h5 h6 ul ol dl blockquote pre table figure'.split(' '));
const lines: ReadonlySet<string> = new Set(
  'div tr li dt dd section article header footer main nav aside address center figcaption caption form'.split(' '),
);

/** The empty text, if there is nothing to read in it. */
export function textFromHtml(html: string): string {
  // Inlined first, because a preheader is hidden by a rule of its class.
  const tree = parseHtml(inlineCss(html));
  // A markup that no mail has is still read, only without its structure.
  if (tree === undefined) return textOfHtml(html).trim();
  const writer = new TextWriter();
  writeNodes(tree.childNodes, writer);
  return writer.finish();
}

function writeNodes(nodes: readonly ChildNode[], writer: TextWriter): void {
  for (const node of nodes) {
    if (defaultTreeAdapter.isTextNode(node)) writer.write(node.value);
    else if (defaultTreeAdapter.isElementNode(node) && !skipped.has(node.tagName) && !isHidden(node)) {
      writeElement(node, writer);
    }
  }
}

function writeElement(element: Element, writer: TextWriter): void {
  const { tagName, childNodes } = element;
  if (tagName === 'br') writer.breakLine();
  else if (tagName === 'hr') writer.writeRule();
  else if (tagName === 'img') writer.write(` ${attributeOf(element, 'alt')} `);
  else if (tagName === 'a') writeLink(element, writer);
  else if (tagName === 'li' || tagName === 'blockquote' || tagName === 'pre') {
    writer.within(prefixOf(element), tagName === 'pre', () => writeNodes(childNodes, writer));
  } else writeContainer(element, writer);
}

function writeContainer(element: Element, writer: TextWriter): void {
  const { tagName, childNodes } = element;
  const isListInItem = (tagName === 'ul' || tagName === 'ol') && isInItem(element);
  const separate = () => {
    if (paragraphs.has(tagName) && !isListInItem) writer.beginParagraph();
    else if (lines.has(tagName) || isListInItem) writer.beginLine();
  };
  if (tagName === 'td' || tagName === 'th') writer.separateCell();
  separate();
  writeNodes(childNodes, writer);
  separate();
}

/** What stands before the first line, and before those that follow. */
function prefixOf(element: Element): { first: string; following: string } {
  if (element.tagName === 'blockquote') return { first: '> ', following: '> ' };
  if (element.tagName === 'pre') return { first: '', following: '' };
  const list = element.parentNode;
  if (!list || !defaultTreeAdapter.isElementNode(list) || list.tagName !== 'ol')
    return { first: '- ', following: '  ' };
  const number = `${numberOf(element, list)}. `;
  return { first: number, following: ' '.repeat(number.length) };
}

/** Of all items of a list, found when the first one is asked for. */
const numbersOfItems = new WeakMap<Element, number>();

function numberOf(item: Element, list: Element): number {
  let next = Number.parseInt(attributeOf(list, 'start'), 10) || 1;
  if (!numbersOfItems.has(item)) {
    for (const node of list.childNodes) {
      if (defaultTreeAdapter.isElementNode(node) && node.tagName === 'li') numbersOfItems.set(node, next++);
    }
  }
  return numbersOfItems.get(item) ?? next;
}

function isInItem(element: Element): boolean {
  const { parentNode } = element;
  return parentNode !== null && defaultTreeAdapter.isElementNode(parentNode) && parentNode.tagName === 'li';
}

/** `text (address)`, or the address alone where the text says nothing else. */
function writeLink(element: Element, writer: TextWriter): void {
  const address = attributeOf(element, 'href').trim();
  const before = writer.mark();
  writeNodes(element.childNodes, writer);
  // A place in the same mail, or a script, leads nowhere in a text.
  if (address === '' || /^(?:#|javascript:|data:)/i.test(address)) return;
  const shown = address.replace(/^(?:mailto|tel):/i, '');
  const text = writer.textSince(before);
  if (text === '') writer.writeWord(shown);
  else if (bare(text) !== bare(shown)) writer.writeWord(`(${shown})`);
}

function bare(address: string): string {
  return address
    .replace(/^https?:\/\//i, '')
    .replace(/\/$/, '')
    .trim()
    .toLowerCase();
}

function attributeOf(element: Element, wanted: string): string {
  return element.attrs.find(({ name }) => name === wanted)?.value ?? '';
}

/** As mail hides a preheader: one of these is enough in every mail program. */
const hiding =
  /(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all|max-height\s*:\s*0(?:px)?\s*(?:;|$|!)|opacity\s*:\s*0\s*(?:;|$|!)|font-size\s*:\s*0(?:px)?\s*(?:;|$|!))/i;

function isHidden(element: Element): boolean {
  if (element.attrs.some(({ name }) => name === 'hidden')) return true;
  const style = attributeOf(element, 'style');
  // Space between table cells is taken away with `font-size: 0`, and set again in the cells.
  return hiding.test(style) && !(element.tagName.startsWith('t') && /font-size\s*:\s*0/i.test(style));
}
