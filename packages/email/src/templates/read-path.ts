// Reads the path of a tag: word characters, dots and `../`. The rules are the two expressions of Mustachio, with .NET's
// `\w` spelled out, so that `Grüße` is a path too.

import type { TemplatePath } from './template.ts';

const illegal = /\.{3,}|[^\p{L}\p{Mn}\p{Nd}\p{Pc}./]|(?<!\.\.)\/|\.{2,}(?:$|[^/])/u;

export const currentScope: TemplatePath = { text: '.', up: 0, keys: [] };

/** `text` without spaces around it. Nothing, if it is no path. */
export function readPath(text: string): TemplatePath | undefined {
  if (illegal.test(text)) return undefined;
  let up = 0;
  const keys: string[] = [];
  for (const step of text.match(/\.\.\/|[^.]+/g) ?? []) {
    if (step !== '../') keys.push(step);
    else if (keys.length > 0) keys.pop();
    else up++;
  }
  return { text, up, keys };
}
