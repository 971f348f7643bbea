// Reads header fields out of lines, leniently: reports are written by a hundred programs, and few of them well.
// Sources: RFC 5322 2.2 (fields, folding), RFC 2045 5.1 (parameters), RFC 2231 5 (a language in encoded-words).

/** Name in lower case, value unfolded and not decoded. */
export type MailField = { name: string; value: string };

export const fieldsMax = 300;
export const fieldLengthMax = 8192;
/** A long file name stands in many pieces (RFC 2231 3). */
const parametersMax = 100;

const fieldName = /^([!-9;-~]{1,80})[ \t]{0,5}:/;

/**
 * The lines up to the first empty one, or to the first that cannot be of a header. `bodyStart` is the line after them.
 * Before the header of a message there may be empty lines and an mbox separator, which gateways leave; before that of
 * a part an empty line means that it has none.
 */
export function readFields(
  lines: readonly string[],
  start: number,
  end: number,
  isMessage: boolean,
): { fields: MailField[]; bodyStart: number } {
  const fields: MailField[] = [];
  let position = start;
  while (isMessage && position < end && (lines[position] === '' || /^>?From /.test(lines[position] ?? '')))
    position += 1;

  for (; position < end; position += 1) {
    const line = lines[position] ?? '';
    if (line === '') return { fields, bodyStart: position + 1 };
    const last = fields.at(-1);
    if (line.startsWith(' ') || line.startsWith('\t')) {
      if (last && last.value.length < fieldLengthMax) last.value += ` ${line.trim()}`;
      continue;
    }
    const name = fieldName.exec(line.slice(0, 100));
    if (!name) return { fields, bodyStart: position };
    if (fields.length < fieldsMax) {
      const value = line.slice(name[0].length, name[0].length + fieldLengthMax).trim();
      fields.push({ name: (name[1] ?? '').toLowerCase(), value });
    }
  }
  return { fields, bodyStart: end };
}

/** The value of the first field of this name (in lower case); empty for none. */
export function fieldOf(fields: readonly MailField[], name: string): string {
  return fields.find(field => field.name === name)?.value ?? '';
}

export type ParameterValue = { value: string; parameters: ReadonlyMap<string, string> };

/** `text/plain; charset="utf-8"`: value and names in lower case. */
export function readParameters(text: string): ParameterValue {
  const pieces = splitOutsideQuotes(text.slice(0, fieldLengthMax));
  const parameters = new Map<string, string>();
  for (const piece of pieces.slice(1, parametersMax)) {
    const equals = piece.indexOf('=');
    if (equals === -1) continue;
    const name = piece.slice(0, equals).trim().toLowerCase();
    const value = piece.slice(equals + 1).trim();
    if (!parameters.has(name)) parameters.set(name, withoutQuotes(value));
  }
  return { value: (pieces[0] ?? '').trim().toLowerCase(), parameters };
}

function splitOutsideQuotes(text: string): string[] {
  const pieces: string[] = [];
  let isQuoted = false;
  let start = 0;
  for (let position = 0; position < text.length; position += 1) {
    const character = text[position];
    if (character === '"') isQuoted = !isQuoted;
    else if (character === '\\' && isQuoted) position += 1;
    else if (character === ';' && !isQuoted) {
      pieces.push(text.slice(start, position));
      start = position + 1;
    }
  }
  pieces.push(text.slice(start));
  return pieces;
}

function withoutQuotes(value: string): string {
  if (!value.startsWith('"')) return value;
  const end = value.lastIndexOf('"');
  return value.slice(1, end > 0 ? end : undefined).replace(/\\(.)/g, '$1');
}
