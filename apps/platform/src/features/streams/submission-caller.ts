// Who hands over mail by SMTP.

import type { SendingServer } from '../servers/server.ts';

export type SubmissionCaller = {
  serverId: number;
  /** As it was when the credentials were checked, a few seconds ago at most. */
  server: SendingServer;
  /** Names the credential for as long as it lives, such as `server-token:12`: for limits and for the scope of idempotency. */
  credential: string;
  /** Fixed by an SMTP token; undefined for a server token, whose mail names its stream itself. */
  streamId: string | undefined;
  /** POSTMARK_API_TEST: the mail is checked and nothing is stored. */
  isTest: boolean;
};
