// Chooses what of a stranger's mail is given to the verifier of signatures, so that he cannot decide how much it costs: not
// more header than any program writes, not more signatures than anyone needs, and few ways to hash a large body.

import { readSourceFields, type SourceField } from '@pennyblack/email/submission/source-fields.ts';

export type CheckedSource = {
  /** With the empty line after it. */
  header: Buffer;
  /** Empty when no signature needs it. */
  body: Buffer;
  /** False when the header is too large; then it holds the author alone, and no signature. */
  isWhole: boolean;
};

const headerLengthMax = 256 * 1024;
const fieldsMax = 2000;
const authorLengthMax = 10_000;
const signaturesMax = 10;
/** Each pair of canonical form and length makes the verifier pass over the whole body once more. */
const bodyHashesMax = 2;

export function chooseChecked(source: Buffer): CheckedSource {
  const { fields, bodyStart } = readSourceFields(source, 0, true, fieldsMax + 1);
  const isWhole = bodyStart <= headerLengthMax && fields.length <= fieldsMax;
  const chosen = isWhole ? withFewSignatures(source, fields) : fields.filter(field => isAuthor(field));
  const header = Buffer.concat([...chosen.map(field => lineOf(source, field)), Buffer.from('\r\n')]);
  const needsBody = chosen.some(field => isSignature(field) || field.lowerName === 'arc-message-signature');
  return { header, body: needsBody ? source.subarray(bodyStart) : Buffer.alloc(0), isWhole };
}

function isAuthor(field: SourceField): boolean {
  return field.lowerName === 'from' && field.end - field.start <= authorLengthMax;
}

function isSignature(field: SourceField): boolean {
  return field.lowerName === 'dkim-signature';
}

function withFewSignatures(source: Buffer, fields: readonly SourceField[]): readonly SourceField[] {
  const bodyHashes = new Set<string>();
  let signatures = 0;
  return fields.filter(field => {
    if (!isSignature(field)) return true;
    const bodyHash = wayToHashBody(lineOf(source, field).toString('latin1'));
    if (signatures === signaturesMax || (bodyHashes.size === bodyHashesMax && !bodyHashes.has(bodyHash))) return false;
    bodyHashes.add(bodyHash);
    signatures += 1;
    return true;
  });
}

/** From the tags `a`, `c` and `l` (RFC 6376 3.5). */
function wayToHashBody(line: string): string {
  const tags = line
    .slice(line.indexOf(':') + 1)
    .split(';')
    .map(tag => tag.replace(/\s+/g, ''))
    .filter(tag => /^[acl]=/i.test(tag));
  return tags.sort().join(';').toLowerCase();
}

/** A mail may end in the middle of its header. */
function lineOf(source: Buffer, field: SourceField): Buffer {
  const line = source.subarray(field.start, field.end);
  return line.at(-1) === 0x0a ? line : Buffer.concat([line, Buffer.from('\r\n')]);
}
