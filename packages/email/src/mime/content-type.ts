// Cleans the content types and content ids that clients give with attachments, so that they can stand in a header.
// Source: RFC 2045 5.1 (syntax), RFC 2046 5.2.1 (what may not be encoded), RFC 2392 (content ids).

export type ContentType = { type: string; parameters: [name: string, value: string][] };

const typePattern = /^([a-z0-9!#$&^_.+-]{1,64})\/([a-z0-9!#$&^_.+-]{1,64})$/;
const parameterPattern = /;\s*([A-Za-z0-9!#$&^_.+-]{1,64})\s*=\s*(?:"((?:[^"\\]|\\.){0,200})"|([^\s";]{1,200}))/g;
const contentTypeLengthMax = 1000;
const parametersMax = 10;

// The file name has its own place, and a boundary is ours to choose.
const droppedParameters: ReadonlySet<string> = new Set(['name', 'boundary', 'filename']);

const unknownType: ContentType = { type: 'application/octet-stream', parameters: [] };

/**
 * What cannot be read becomes `application/octet-stream`; so do `multipart/*` and `message/*`, because attachments are
 * sent as base64 and RFC 2045 6.4 forbids that for both (the file name still tells the reader what it is).
 */
export function cleanContentType(text: string): ContentType {
  if (text.length > contentTypeLengthMax) return unknownType;
  const semicolon = text.indexOf(';');
  const type = (semicolon === -1 ? text : text.slice(0, semicolon)).trim().toLowerCase();
  if (!typePattern.test(type) || type.startsWith('multipart/') || type.startsWith('message/')) return unknownType;

  const parameters: [string, string][] = [];
  const seen = new Set(droppedParameters);
  if (semicolon !== -1) {
    for (const [, name = '', quoted, plain] of text.slice(semicolon).matchAll(parameterPattern)) {
      const lowerName = name.toLowerCase();
      if (seen.has(lowerName) || parameters.length === parametersMax) continue;
      seen.add(lowerName);
      parameters.push([lowerName, quoted === undefined ? (plain ?? '') : quoted.replace(/\\(.)/g, '$1')]);
    }
  }
  return { type, parameters };
}

const contentIdLengthMax = 250;

/**
 * The id without `cid:` and angle brackets, or undefined when nothing is left: then it is an ordinary attachment. Characters
 * that cannot stand in the header are dropped.
 */
export function cleanContentId(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const id = text
    .trim()
    .replace(/^cid:/i, '')
    .replace(/[^\x21-\x7e]|[<>]/g, '')
    .slice(0, contentIdLengthMax);
  return id === '' ? undefined : id;
}
