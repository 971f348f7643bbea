// Puts tracked links and the pixel into the bodies of a message: found once for the message, filled in for each
// recipient. What finds the links knows nothing of how they are made.

import { findInHtml } from './html-links.ts';
import { findInText } from './text-links.ts';

export type Bodies = { text?: string; html?: string };

export type TrackingSwitches = { opens: boolean; links: 'None' | 'HtmlAndText' | 'HtmlOnly' | 'TextOnly' };

export type LinkPart = 'html' | 'text';

/** What differs from recipient to recipient. */
export type TrackingUrls = {
  /** Undefined leaves the link as it is. */
  link(part: LinkPart, target: string): string | undefined;
  pixel(): string;
};

type Slot = { kind: 'link'; part: LinkPart; target: string; original: string } | { kind: 'pixel' };
/** Texts and slots by turns; a text stands first and last. */
export type Pieces = { texts: string[]; slots: Slot[] };

export type TrackingPlan = { text?: Pieces; html?: Pieces };

export function tracksHtml({ links }: TrackingSwitches): boolean {
  return links === 'HtmlAndText' || links === 'HtmlOnly';
}

export function tracksText({ links }: TrackingSwitches): boolean {
  return links === 'HtmlAndText' || links === 'TextOnly';
}

/** Undefined when there is nothing to track: the bodies are then the same for everybody. */
export function planTracking(bodies: Bodies, switches: TrackingSwitches): TrackingPlan | undefined {
  const { html, unmarked } = bodies.html
    ? planHtml(bodies.html, { links: tracksHtml(switches), pixel: switches.opens })
    : { html: undefined, unmarked: undefined };
  const text = bodies.text !== undefined && tracksText(switches) ? planText(bodies.text, unmarked) : undefined;
  if (!html && !text) return undefined;
  return { ...(text ? { text } : {}), ...(html ? { html } : {}) };
}

/** `html` undefined: nothing changes. `unmarked`: what the links lead to that are marked as not to be tracked. */
export function planHtml(
  body: string,
  wants: { links: boolean; pixel: boolean },
): { html: Pieces | undefined; unmarked: ReadonlySet<string> } {
  const { links, marks, unmarked, pixelAt } = findInHtml(body);
  const edits: Edit[] = [];
  if (wants.links) edits.push(...links.map(link => ({ ...link, slot: linkSlot('html', link.target) })), ...marks);
  if (wants.pixel) edits.push({ start: pixelAt, end: pixelAt, slot: () => ({ kind: 'pixel' }) });
  return { html: edits.length > 0 ? cut(body, edits) : undefined, unmarked };
}

/** Undefined: nothing changes. */
export function planText(body: string, unmarked: ReadonlySet<string> = new Set()): Pieces | undefined {
  const links = findInText(body).filter(({ target }) => !unmarked.has(target));
  const edits = links.map(link => ({ ...link, slot: linkSlot('text', link.target) }));
  return edits.length > 0 ? cut(body, edits) : undefined;
}

/** The bodies of one recipient; those that the plan does not touch are left out. */
export function fillTracking(plan: TrackingPlan, urls: TrackingUrls): Bodies {
  return {
    ...(plan.text ? { text: fill(plan.text, urls) } : {}),
    ...(plan.html ? { html: fill(plan.html, urls) } : {}),
  };
}

/** What stands from `start` to `end` gives way to the slot, or to nothing. */
type Edit = { start: number; end: number; slot?: (original: string) => Slot };

function linkSlot(part: LinkPart, target: string) {
  return (original: string): Slot => ({ kind: 'link', part, target, original });
}

function cut(body: string, edits: readonly Edit[]): Pieces {
  const texts: string[] = [];
  const slots: Slot[] = [];
  let text = '';
  let position = 0;
  for (const { start, end, slot } of edits.toSorted((a, b) => a.start - b.start || a.end - b.end)) {
    text += body.slice(position, start);
    if (slot) {
      texts.push(text);
      slots.push(slot(body.slice(start, end)));
      text = '';
    }
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
  return `<img src="${urls.pixel()}" width="1" height="1" border="0" alt="">`;
}
