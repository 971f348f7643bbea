// Lists of suppressed addresses as CSV (RFC 4180), in the columns that Postmark's export has. Pure.

import { addressKey } from '@pennyblack/email/address/address-key.ts';
import { readAddress } from '@pennyblack/email/address/address-spec.ts';
import {
  type StoredSuppression,
  type SuppressionOrigin,
  type SuppressionReason,
  suppressionOrigins,
  suppressionReasons,
} from './suppression.ts';

const columnNames = ['EmailAddress', 'SuppressionReason', 'Origin', 'CreatedAt'];

export function writeCsv(suppressions: readonly StoredSuppression[]): string {
  const lines = suppressions.map(({ emailAddress, reason, origin, createdAt }) =>
    [emailAddress, reason, origin, createdAt.toISOString()].map(quote).join(','),
  );
  return `${[columnNames.join(','), ...lines].join('\r\n')}\r\n`;
}

/** A spreadsheet takes what begins with one of these for a formula, so such an address is told by an apostrophe. */
function quote(field: string): string {
  const safe = /^[=+\-@\t\r]/.test(field) ? `'${field}` : field;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export type CsvEntry = {
  emailAddress: string;
  addressKey: string;
  reason: SuppressionReason;
  origin: SuppressionOrigin;
};
export type CsvReading = { entries: CsvEntry[]; failures: { line: number; text: string; why: string }[] };

/**
 * The first column is the address unless a header line says otherwise. A reason and an origin may be given, so that the
 * list of another service keeps what it knows; without them an entry is the customer's own.
 */
export function readCsv(csv: string): CsvReading {
  const rows = readRows(csv.replace(/^\ufeff/, ''));
  const header = rows[0]?.fields.map(nameOf) ?? [];
  const hasHeader = header.some(name => name === 'emailaddress' || name === 'email' || name === 'recipient');
  const columnOf = (...names: string[]) => header.findIndex(name => names.includes(name));
  const columns = hasHeader
    ? {
        address: columnOf('emailaddress', 'email', 'recipient'),
        reason: columnOf('suppressionreason', 'reason'),
        origin: columnOf('origin'),
      }
    : { address: 0, reason: 1, origin: 2 };
  const reading: CsvReading = { entries: [], failures: [] };
  for (const { line, fields } of hasHeader ? rows.slice(1) : rows) {
    const written = (fields[columns.address] ?? '').trim().replace(/^'(?=[=+\-@])/, '');
    if (fields.every(field => field.trim() === '')) continue;
    const entry = readEntry(written, fields[columns.reason] ?? '', fields[columns.origin] ?? '');
    if (typeof entry === 'string') reading.failures.push({ line, text: written.slice(0, 320), why: entry });
    else reading.entries.push(entry);
  }
  return reading;
}

function nameOf(field: string): string {
  return field.trim().toLowerCase().replace(/[ _]/g, '');
}

function readEntry(emailAddress: string, reasonText: string, originText: string): CsvEntry | string {
  if (readAddress(emailAddress, { allowNonAsciiMailboxes: true }).kind !== 'address')
    return 'An invalid email address was provided.';
  const reason = choiceOf(suppressionReasons, reasonText);
  if (reasonText.trim() !== '' && reason === undefined) return "The 'SuppressionReason' is not valid.";
  const origin = choiceOf(suppressionOrigins, originText);
  if (originText.trim() !== '' && origin === undefined) return "The 'Origin' is not valid.";
  const isManual = reason === undefined || reason === 'ManualSuppression';
  return {
    emailAddress,
    addressKey: addressKey(emailAddress),
    reason: reason ?? 'ManualSuppression',
    origin: origin ?? (isManual ? 'Customer' : 'Recipient'),
  };
}

function choiceOf<Choice extends string>(choices: readonly Choice[], text: string): Choice | undefined {
  return choices.find(choice => choice.toLowerCase() === text.trim().toLowerCase());
}

type Row = { line: number; fields: string[] };

/** Comma or semicolon, whichever the first line has; quotes may hold both, and line breaks. */
function readRows(csv: string): Row[] {
  const firstLine = csv.split(/\r?\n/, 1)[0] ?? '';
  const separator = firstLine.includes(';') && !firstLine.includes(',') ? ';' : ',';
  const rows: Row[] = [];
  let row: Row = { line: 1, fields: [] };
  let field = '';
  let isQuoted = false;
  let line = 1;
  const endField = () => {
    row.fields.push(field);
    field = '';
  };
  const endRow = () => {
    endField();
    rows.push(row);
    row = { line, fields: [] };
  };
  for (let position = 0; position < csv.length; position += 1) {
    const character = csv[position] ?? '';
    if (character === '\n') line += 1;
    if (isQuoted) {
      if (character !== '"') field += character;
      else if (csv[position + 1] === '"') {
        field += '"';
        position += 1;
      } else isQuoted = false;
    } else if (character === '"' && field.trim() === '') {
      field = '';
      isQuoted = true;
    } else if (character === separator) endField();
    else if (character === '\n') endRow();
    else if (character !== '\r') field += character;
  }
  if (field !== '' || row.fields.length > 0) endRow();
  return rows;
}
