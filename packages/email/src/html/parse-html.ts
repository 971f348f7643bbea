// Parses HTML as browsers do (parse5, the parsing of the HTML standard), within limits: it comes from strangers, and markup
// can be written so that parsing takes the square of its length.

import { type DefaultTreeAdapterTypes, defaultTreeAdapter, parse } from 'parse5';

/** Browsers stop nesting at 512; mail needs fewer. Parsing costs elements × depth. */
const depthMax = 400;
const elementsMax = 50_000;
/** Corrections of misplaced tags that cost more the more there are: content of a table outside of its cells, a second <body>. */
const correctionsMax = 2000;

class TooLarge extends Error {}

/** Nothing, if there are more elements, or deeper ones, than a mail has. */
export function parseHtml(html: string): DefaultTreeAdapterTypes.Document | undefined {
  let depth = 0;
  let count = 0;
  let corrections = 0;
  const treeAdapter: typeof defaultTreeAdapter = {
    ...defaultTreeAdapter,
    insertBefore(parent, node, reference) {
      if (++corrections > correctionsMax) throw new TooLarge();
      defaultTreeAdapter.insertBefore(parent, node, reference);
    },
    insertTextBefore(parent, text, reference) {
      if (++corrections > correctionsMax) throw new TooLarge();
      defaultTreeAdapter.insertTextBefore(parent, text, reference);
    },
    adoptAttributes(recipient, attributes) {
      if (++corrections > correctionsMax || recipient.attrs.length > 1000) throw new TooLarge();
      defaultTreeAdapter.adoptAttributes(recipient, attributes);
    },
    onItemPush() {
      if (++depth > depthMax || ++count > elementsMax) throw new TooLarge();
    },
    onItemPop() {
      depth--;
    },
  };
  try {
    return parse(html, { sourceCodeLocationInfo: true, scriptingEnabled: false, treeAdapter });
  } catch (error) {
    if (error instanceof TooLarge) return undefined;
    throw error;
  }
}
