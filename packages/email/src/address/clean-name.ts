// The display name of a mailbox as a person sees it.

import { decodeEncodedWords } from '../headers/decode-encoded-words.ts';

/** An encoded-word can smuggle line breaks into a name; one space stands for any run of white space or controls. */
export function cleanName(name: string): string {
  return decodeEncodedWords(name)
    .toWellFormed()
    .replace(/[\s\x00-\x1f\x7f-\x9f]+/g, ' ')
    .trim();
}
