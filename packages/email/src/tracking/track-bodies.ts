// Puts what is a recipient's own into the bodies of a message: tracked links, the pixel, the link to unsubscribe. Found
// once for the message, filled in for each recipient. What finds the places knows nothing of how the URLs are made.

import {
  defaultLabel,
  findPlaceholdersInHtml,
  findPlaceholdersInText,
  type Placeholder,
} from '../unsubscribe/find-placeholders.ts';
import { type FoundLink, findInHtml } from './html-links.ts';
import { findInText } from './text-links.ts';

export type Bodies = { text?: string; html?: string };

export type TrackingSwitches = { opens: boolean; links: 'None' | 'HtmlAndText' | 'HtmlOnly' | 'TextOnly' };

/** `footer`: a part without a placeholder gets a link at its end. */
export type UnsubscribeLinks = { footer: boolean };

export type LinkPart = 'html' | 'text';

/** What differs from recipient to recipient. */
export type TrackingUrls = {
  /** Undefined leaves the link as it is. */
  link(part: LinkPart, target: string): string | undefined;
  pixel(): string;
  /** Missing leaves placeholders as they are. */
  unsubscribe?(): string;
};

type Slot =
  | { kind: 'link'; part: LinkPart; target: string; original: string }
  | { kind: 'pixel' }
  | { kind: 'unsubscribe'; form: 'url' | 'link' | 'html_footer' | 'text_footer'; label: string; original: string };
/** Texts and slots by turns; a text stands first and last. */
export type Pieces = { texts: string[]; slots: Slot[] };

export type TrackingPlan = { text?: Pieces; html?: Pieces };

export function tracksHtml({ links }: TrackingSwitches): boolean {
  return links === 'HtmlAndText' || links === 'HtmlOnly';
}

export function tracksText({ links }: TrackingSwitches): boolean {
  return links === 'HtmlAndText' || links === 'TextOnly';
}

/**
 * Undefined when nothing differs: the bodies are then the same for everybody. `unsubscribe` missing: placeholders of the
 * unsubscribe link are not looked for.
 */
export function planTracking(
  bodies: Bodies,
  switches: TrackingSwitches,
  unsubscribe?: UnsubscribeLinks,
): TrackingPlan | undefined {
  const { html, unmarked } = bodies.html
    ? planHtml(bodies.html, { links: tracksHtml(switches), pixel: switches.opens, unsubscribe })
    : { html: undefined, unmarked: undefined };
  // An empty text beside HTML is not sent.
  const hasText = bodies.text !== undefined && (bodies.text !== '' || !bodies.html);
  const wants = { links: tracksText(switches), unsubscribe };
  const text = hasText ? planText(bodies.text ?? '', wants, unmarked) : undefined;
  if (!html && !text) return undefined;
  return { ...(text ? { text } : {}), ...(html ? { html } : {}) };
}

/** `html` undefined: nothing changes. `unmarked`: what the links lead to that are marked as not to be tracked. */
export function planHtml(
  body: string,
  wants: { links: boolean; pixel: boolean; unsubscribe?: UnsubscribeLinks | undefined },
): { html: Pieces | undefined; unmarked: ReadonlySet<string> } {
  const { links, marks, unmarked, pixelAt } = findInHtml(body);
  const placeholders = wants.unsubscribe ? findPlaceholdersInHtml(body) : [];
  const edits: Edit[] = placeholders.map(unsubscribeEdit);
  if (wants.links) {
    for (const link of apartFrom(placeholders, links)) edits.push({ ...link, slot: linkSlot('html', link.target) });
    edits.push(...marks);
  }
  if (wants.unsubscribe?.footer && placeholders.length === 0) edits.push(footerAt(pixelAt, 'html_footer'));
  if (wants.pixel) edits.push({ start: pixelAt, end: pixelAt, slot: () => ({ kind: 'pixel' }) });
  return { html: edits.length > 0 ? cut(body, edits) : undefined, unmarked };
}

/** Undefined: nothing changes. */
export function planText(
  body: string,
  wants: { links: boolean; unsubscribe?: UnsubscribeLinks | undefined },
  unmarked: ReadonlySet<string> = new Set(),
): Pieces | undefined {
  const placeholders = wants.unsubscribe ? findPlaceholdersInText(body) : [];
  const edits = placeholders.map(unsubscribeEdit);
  if (wants.links) {
    const links = findInText(body).filter(({ target }) => !unmarked.has(target));
    for (const link of apartFrom(placeholders, links)) edits.push({ ...link, slot: linkSlot('text', link.target) });
  }
  if (wants.unsubscribe?.footer && placeholders.length === 0) edits.push(footerAt(body.length, 'text_footer'));
  return edits.length > 0 ? cut(body, edits) : undefined;
}

/** The bodies of one recipient; those that the plan does not touch are left out. */
export function fillTracking(plan: TrackingPlan, urls: TrackingUrls): Bodies {
  return {
    ...(plan.text ? { text: fill(plan.text, urls) } : {}),
    ...(plan.html ? { html: fill(plan.html, urls) } : {}),
  };
}

/** What stands from `start` to `end` gives way to the slot, to `words`, or to nothing. */
type Edit = { start: number; end: number; slot?: (original: string) => Slot; words?: string };

function linkSlot(part: LinkPart, target: string) {
  return (original: string): Slot => ({ kind: 'link', part, target, original });
}

/** Those links that hold no placeholder. Both lists are in the order of the body. */
function apartFrom(placeholders: readonly Placeholder[], links: readonly FoundLink[]): FoundLink[] {
  let next = 0;
  return links.filter(({ start, end }) => {
    while ((placeholders[next]?.end ?? Infinity) <= start) next += 1;
    return (placeholders[next]?.start ?? Infinity) >= end;
  });
}

function unsubscribeEdit({ start, end, form, label }: Placeholder): Edit {
  // Within a link the words alone are the same for everybody.
  if (form === 'words') return { start, end, words: label };
  return { start, end, slot: original => ({ kind: 'unsubscribe', form, label, original }) };
}

function footerAt(position: number, form: 'html_footer' | 'text_footer'): Edit {
  const slot = (): Slot => ({ kind: 'unsubscribe', form, label: defaultLabel, original: '' });
  return { start: position, end: position, slot };
}

function cut(body: string, edits: readonly Edit[]): Pieces {
  const texts: string[] = [];
  const slots: Slot[] = [];
  let text = '';
  let position = 0;
  for (const { start, end, slot, words = '' } of edits.toSorted((a, b) => a.start - b.start || a.end - b.end)) {
    text += body.slice(position, start);
    if (slot) {
      texts.push(text);
      slots.push(slot(body.slice(start, end)));
      text = '';
    } else text += words;
    position = end;
  }
  texts.push(text + body.slice(position));
  return { texts, slots };
}

/** The body of one recipient. */
export function fill({ texts, slots }: Pieces, urls: TrackingUrls): string {
  let body = texts[0] ?? '';
  for (const [index, slot] of slots.entries()) body += write(slot, urls) + (texts[index + 1] ?? '');
  return body;
}

function write(slot: Slot, urls: TrackingUrls): string {
  if (slot.kind === 'link') return urls.link(slot.part, slot.target) ?? slot.original;
  if (slot.kind === 'unsubscribe') return writeUnsubscribe(slot, urls.unsubscribe?.());
  return `<img src="${urls.pixel()}" width="1" height="1" border="0" alt="">`;
}

/** The URL is of letters that mean nothing in HTML. */
function writeUnsubscribe({ form, label, original }: Slot & { kind: 'unsubscribe' }, url: string | undefined): string {
  if (url === undefined) return original;
  if (form === 'url') return url;
  if (form === 'link') return `<a href="${url}">${label}</a>`;
  if (form === 'text_footer') return `\r\n\r\n${label}: ${url}\r\n`;
  return `<p style="margin:24px 0 0;text-align:center;font:12px sans-serif;color:#555555"><a href="${url}" style="color:#555555">${label}</a></p>`;
}
