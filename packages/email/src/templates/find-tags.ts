// Finds the tags of a template. The same tags as Mustachio's expression `([{]{2}[^{}]+?[}]{2})|([{]{3}[^{}]+?[}]{3})`
// finds, with each character looked at once however the braces stand.

/** `source` is the tag with its two or three braces; `at` its offset. What lies between tags is text. */
export type Tag = { at: number; source: string };

export function* findTags(template: string): Generator<Tag> {
  const brace = /[{}]/g;
  let position = 0;
  while (true) {
    const open = template.indexOf('{{', position);
    if (open === -1) return;
    const inside = endOfRun(template, open, '{');
    brace.lastIndex = inside;
    const close = brace.exec(template)?.index;
    if (close === undefined) return;

    // Either an opening brace, which begins anew, or `{{}}`, which is text.
    position = close;
    if (template[close] === '{' || close === inside) continue;
    const closing = endOfRun(template, close, '}') - close;
    position = close + closing;
    if (closing < 2) continue;

    const braces = inside - open >= 3 && closing >= 3 ? 3 : 2;
    // More braces than a tag needs are text on both sides of it: `{{{{name}}` is `{{` and the name.
    yield { at: inside - braces, source: template.slice(inside - braces, close + braces) };
    position = close + braces;
  }
}

function endOfRun(text: string, start: number, character: string): number {
  let end = start;
  while (text[end] === character) end++;
  return end;
}
