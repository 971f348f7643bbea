// Checks the content of an attachment without decoding it. Source: RFC 4648 4, with the white space that RFC 2045 6.8
// lets stand between the characters.

export type Base64Reading =
  | {
      kind: 'base64';
      /** Without white space. */
      base64: string;
      decodedSizeInBytes: number;
    }
  | { kind: 'invalid' };

const whiteSpace = /[ \t\r\n]+/g;
const alphabetOnly = /^[A-Za-z0-9+/]*={0,2}$/;

/**
 * Padding is required and the URL alphabet is refused, as Postmark does; the empty text is an empty file. One pass over the
 * text, one more when it holds white space.
 */
export function checkBase64Content(text: string): Base64Reading {
  const base64 = /[ \t\r\n]/.test(text) ? text.replace(whiteSpace, '') : text;
  if (base64.length % 4 !== 0 || !alphabetOnly.test(base64)) return { kind: 'invalid' };
  const padding = base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0;
  return { kind: 'base64', base64, decodedSizeInBytes: (base64.length / 4) * 3 - padding };
}
