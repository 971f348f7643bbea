// The name under which a file is shown: the one that the sender gave, or one that says what it is.

import { decodeEncodedWords } from '../headers/decode-encoded-words.ts';
import { cleanText, rawValueOf, readSourceFields } from '../submission/source-fields.ts';
import type { SourcePart } from '../submission/source-parts.ts';

const nameLengthMax = 255;
/** What no file system takes, and what makes a name read differently from what it is (Unicode, bidirectional controls). */
const unfit = /[\x00-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** Where one such part is all that there is of its kind. */
const usualNames: ReadonlyMap<string, string> = new Map([
  ['text/calendar', 'invite.ics'],
  ['text/x-amp-html', 'body.amp.html'],
  ['application/pgp-signature', 'signature.asc'],
  ['application/pgp-encrypted', 'version.pgp'],
  ['application/pgp-keys', 'key.asc'],
  ['application/pkcs7-signature', 'smime.p7s'],
  ['application/x-pkcs7-signature', 'smime.p7s'],
  ['application/pkcs7-mime', 'smime.p7m'],
  ['application/x-pkcs7-mime', 'smime.p7m'],
  ['application/ms-tnef', 'winmail.dat'],
  ['message/delivery-status', 'delivery-status.txt'],
  ['message/global-delivery-status', 'delivery-status.txt'],
  ['message/disposition-notification', 'disposition-notification.txt'],
  ['message/feedback-report', 'feedback-report.txt'],
  ['text/rfc822-headers', 'headers.txt'],
  ['message/rfc822-headers', 'headers.txt'],
]);

const extensions: ReadonlyMap<string, string> = new Map([
  ['text/plain', 'txt'],
  ['text/html', 'html'],
  ['text/csv', 'csv'],
  ['text/vcard', 'vcf'],
  ['text/x-vcard', 'vcf'],
  ['text/directory', 'vcf'],
  ['text/xml', 'xml'],
  ['application/xml', 'xml'],
  ['application/json', 'json'],
  ['application/ics', 'ics'],
  ['application/pdf', 'pdf'],
  ['application/rtf', 'rtf'],
  ['text/rtf', 'rtf'],
  ['application/zip', 'zip'],
  ['application/x-zip-compressed', 'zip'],
  ['application/gzip', 'gz'],
  ['application/msword', 'doc'],
  ['application/vnd.ms-excel', 'xls'],
  ['application/vnd.openxmlformats-officedocument.wordprocessingml.document', 'docx'],
  ['application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', 'xlsx'],
  ['application/vnd.openxmlformats-officedocument.presentationml.presentation', 'pptx'],
  ['image/jpeg', 'jpg'],
  ['image/jpg', 'jpg'],
  ['image/png', 'png'],
  ['image/gif', 'gif'],
  ['image/webp', 'webp'],
  ['image/heic', 'heic'],
  ['image/svg+xml', 'svg'],
  ['image/tiff', 'tiff'],
  ['image/bmp', 'bmp'],
  ['audio/mpeg', 'mp3'],
  ['audio/wav', 'wav'],
  ['audio/mp4', 'm4a'],
  ['video/mp4', 'mp4'],
  ['video/quicktime', 'mov'],
  ['message/rfc822', 'eml'],
  ['message/global', 'eml'],
]);

/** `place` counts from 1. Never empty. */
export function attachmentNameOf(part: SourcePart, content: Buffer, place: number): string {
  for (const name of part.fileNames) {
    const fit = withoutPath(name);
    if (fit !== '') return fit;
  }
  if (part.type === 'message/rfc822' || part.type === 'message/global') {
    const subject = subjectOf(content);
    if (subject !== '') return `${subject}.eml`;
  }
  return usualNames.get(part.type) ?? `attachment-${place}.${extensions.get(part.type) ?? 'bin'}`;
}

function withoutPath(name: string): string {
  const fit = name.replace(unfit, '').trim();
  return shorten(fit.slice(Math.max(fit.lastIndexOf('/'), fit.lastIndexOf('\\')) + 1).trim(), nameLengthMax);
}

/** The extension stays, because it says more than the middle. */
function shorten(name: string, lengthMax: number): string {
  if (name.length <= lengthMax) return name;
  const dot = name.lastIndexOf('.');
  const extension = name.length - dot <= 20 && dot > 0 ? name.slice(dot) : '';
  return `${name.slice(0, lengthMax - extension.length)}${extension}`.toWellFormed();
}

/** As a file name: what separates folders becomes a dash. */
function subjectOf(message: Buffer): string {
  const { fields } = readSourceFields(message, 0, true, 1000);
  const field = fields.find(each => each.lowerName === 'subject');
  if (!field) return '';
  const subject = cleanText(decodeEncodedWords(rawValueOf(message, field))).replace(unfit, '');
  return shorten(subject.replace(/[/\\:*?"<>|]+/g, '-').trim(), nameLengthMax - '.eml'.length);
}
