// The elements of an HTML text as browsers see them (parse5, the parsing of the HTML standard), each with the place of its
// start tag in the text, so that a tag can be changed and nothing else moves.

import { type DefaultTreeAdapterTypes, defaultTreeAdapter, html as names } from 'parse5';
import type { StyledElement } from './css-selector.ts';
import { parseHtml } from './parse-html.ts';

export type PlacedElement = StyledElement & {
  /** The style attribute, where there is one: its text, and where it stands with its name. */
  style: { value: string; start: number; end: number } | undefined;
  /** Behind the tag name: where attributes go. */
  afterName: number;
};

export type StyledDocument = {
  /** Of what is seen, in the order of the text. Elements that the text only implies are not among them. */
  elements: PlacedElement[];
  /** The texts of the style elements that are for screens, in order. */
  styleSheets: string[];
};

type Element = DefaultTreeAdapterTypes.Element;
type ParentNode = DefaultTreeAdapterTypes.ParentNode;

/** Nothing, if there are more elements, or deeper ones, than a mail has. */
export function readStyledDocument(html: string): StyledDocument | undefined {
  const tree = parseHtml(html);
  if (tree === undefined) return undefined;
  const found: StyledDocument = { elements: [], styleSheets: [] };
  addChildren(tree, undefined, true, found);
  return found;
}

function addChildren(
  parentNode: ParentNode,
  parent: StyledElement | undefined,
  isSeen: boolean,
  found: StyledDocument,
) {
  const siblings: StyledElement['siblings'] = { count: 0, ofType: new Map() };
  let previous: StyledElement | undefined;
  for (const node of parentNode.childNodes) {
    if (!defaultTreeAdapter.isElementNode(node)) continue;
    if (isStyleSheet(node)) found.styleSheets.push(textOf(node));
    const element = readElement(node, parent, previous, siblings);
    const isSeenHere = isSeen && !unseen.has(node.tagName);
    const placed = isSeenHere && placeOf(node);
    // The same object is matched and placed: its siblings are counted only when all of them are read.
    if (placed) found.elements.push(Object.assign(element, placed));
    addChildren(node, element, isSeenHere, found);
    previous = element;
  }
}

const unseen: ReadonlySet<string> = new Set([
  'head',
  'style',
  'script',
  'title',
  'meta',
  'link',
  'template',
  'noscript',
]);

function readElement(
  node: Element,
  parent: StyledElement | undefined,
  previous: StyledElement | undefined,
  siblings: StyledElement['siblings'],
): StyledElement {
  const attributes = new Map(node.attrs.map(({ name, value }) => [name, value]));
  const indexOfType = (siblings.ofType.get(node.tagName) ?? 0) + 1;
  siblings.ofType.set(node.tagName, indexOfType);
  return {
    tag: node.tagName,
    classes: new Set((attributes.get('class') ?? '').split(/\s+/)),
    attributes,
    parent,
    previous,
    index: ++siblings.count,
    indexOfType,
    siblings,
  };
}

function placeOf(node: Element): Pick<PlacedElement, 'style' | 'afterName'> | undefined {
  const tag = node.sourceCodeLocation?.startTag;
  if (!tag) return undefined;
  const value = node.attrs.find(({ name }) => name === 'style')?.value;
  const at = node.sourceCodeLocation?.attrs?.style;
  return {
    style: value === undefined || !at ? undefined : { value, start: at.startOffset, end: at.endOffset },
    afterName: tag.startOffset + 1 + node.tagName.length,
  };
}

/** `data-premailer="ignore"` keeps a style element out, as at the tool of that name. */
function isStyleSheet(node: Element): boolean {
  if (node.tagName !== 'style' || node.namespaceURI !== names.NS.HTML) return false;
  const attribute = (wanted: string) =>
    node.attrs
      .find(({ name }) => name === wanted)
      ?.value.trim()
      .toLowerCase() ?? '';
  if (attribute('data-premailer') === 'ignore') return false;
  return ['', 'all', 'screen'].includes(attribute('media')) && ['', 'text/css'].includes(attribute('type'));
}

function textOf(node: Element): string {
  return node.childNodes.map(child => (defaultTreeAdapter.isTextNode(child) ? child.value : '')).join('');
}
