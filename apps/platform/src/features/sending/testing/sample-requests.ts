// For tests: a request to send that is right, to be changed where a test wants it otherwise.

import type { SendRequest } from '../send-request.ts';

export function sampleRequest(changes: Partial<SendRequest> = {}): SendRequest {
  return {
    from: 'Shop "Desk" <desk@shop.test>',
    to: 'ana@buyer.test',
    cc: '',
    bcc: '',
    subject: 'Order 1187',
    replyTo: '',
    headers: [],
    metadata: {},
    attachments: [],
    textBody: 'Thanks',
    ...changes,
  };
}
