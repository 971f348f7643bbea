// Mail of Outlook that carries its text and its files in a `winmail.dat`.

import { mapi } from '../mapi-properties.ts';
import { tnefAttributes } from '../read-tnef.ts';
import {
  mapiBinary,
  mapiNumber,
  mapiText,
  mapiUnicode,
  type TnefAttribute,
  writeMapi,
  writeTnef,
} from './tnef-writer.ts';
import { document, file, multipart, type NormalMail, part, text, writeMail } from './write-mail.ts';

const properties: TnefAttribute = {
  level: 'message',
  id: tnefAttributes.messageProperties,
  type: 6,
  value: writeMapi([
    mapiNumber(mapi.internetCodePage, 65001),
    mapiUnicode(mapi.body, 'Grüße\r\n'),
    mapiBinary(mapi.html, Buffer.from('<p>Grüße</p>\r\n')),
  ]),
};

const invoice: TnefAttribute[] = [
  { level: 'attachment', id: tnefAttributes.attachRenderData, type: 6, value: Buffer.alloc(14) },
  { level: 'attachment', id: tnefAttributes.attachData, type: 6, value: document },
  { level: 'attachment', id: tnefAttributes.attachTitle, type: 1, value: Buffer.from('INVOIC~1.PDF\0') },
  {
    level: 'attachment',
    id: tnefAttributes.attachProperties,
    type: 6,
    value: writeMapi([
      mapiUnicode(mapi.attachLongFileName, 'Größe.pdf'),
      mapiText(mapi.attachMimeTag, 'application/pdf'),
    ]),
  },
];

const unpacked = { name: 'Größe.pdf', contentType: 'application/pdf', content: document };
const packed = writeTnef([properties, ...invoice]);
const cut = packed.subarray(0, 4);

export const winmail: readonly NormalMail[] = [
  writeMail('winmail.dat beside a text', {
    content: multipart('mixed', 'w', [
      text('Grüße, as text\r\n'),
      file({ name: 'winmail.dat', type: 'application/ms-tnef', content: packed }),
    ]),
    expected: { text: 'Grüße, as text\n', html: '<p>Grüße</p>\n', attachments: [unpacked] },
  }),
  writeMail('winmail.dat alone, under another type', {
    content: part(
      [
        'Content-Type: application/octet-stream; name="winmail.dat"',
        'Content-Transfer-Encoding: base64',
        'Content-Disposition: attachment; filename="winmail.dat"',
      ],
      packed.toString('base64').replace(/.{76}(?!$)/g, '$&\r\n'),
    ),
    expected: { text: 'Grüße\n', html: '<p>Grüße</p>\n', attachments: [unpacked] },
  }),
  writeMail('winmail.dat that cannot be opened', {
    content: multipart('mixed', 'w', [
      file({ name: 'winmail.dat', type: 'application/ms-tnef', content: cut.subarray(1) }),
    ]),
    expected: { attachments: [{ name: 'winmail.dat', contentType: 'application/ms-tnef', content: cut.subarray(1) }] },
  }),
];
