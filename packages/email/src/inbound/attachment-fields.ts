// What the header of a part says about the file in it. Source: RFC 2045 5.1, RFC 2392; Postmark's page "Inbound webhook",
// whose samples show a content type with its parameters.

import { readParameters } from '../mime/read-fields.ts';
import { cleanText } from '../submission/source-fields.ts';

const parametersMax = 20;
const parameterLengthMax = 200;
const contentIdLengthMax = 998;
/** `name*0*` and its like are pieces of the file name (RFC 2231). */
const aboutTheName = /^(?:file)?name(?:\*.*)?$/;
const parameterName = /^[a-z0-9!#$&^_.+-]{1,64}$/;

/** `contentType` and `contentId` are the values of the fields as they stand; `type` is what the part was read as. */
export function describeContent(
  contentType: string,
  contentId: string,
  type: string,
): { contentType: string; contentId?: string } {
  const id = cleanText(contentId)
    .replace(/^[<\s]+|[>\s]+$/g, '')
    .slice(0, contentIdLengthMax);
  return { contentType: withParameters(contentType, type), ...(id === '' ? {} : { contentId: id }) };
}

/** Those that say something about the content; the name stands apart, and a boundary is of use only with its parts. */
function withParameters(contentType: string, type: string): string {
  let written = type;
  if (!contentType.includes(';')) return written;
  let count = 0;
  for (const [name, value] of readParameters(contentType).parameters) {
    if (aboutTheName.test(name) || !parameterName.test(name)) continue;
    if (name === 'boundary' && !type.startsWith('multipart/')) continue;
    if (value === '' || value.length > parameterLengthMax || count === parametersMax) continue;
    count += 1;
    written += `; ${name}="${cleanText(value).replace(/[\\"]/g, '\\$&')}"`;
  }
  return written;
}
