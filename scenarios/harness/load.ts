// Sends mail through the official client from several sides at once, and remembers exactly what was answered with 200.

import type { ServerClient } from 'postmark';
import { inboxDomain, sender, type World } from './world.ts';

/** One message that was answered with ErrorCode 0. */
export type Accepted = { messageId: string; recipients: string[] };

export type Load = {
  accepted: Accepted[];
  /** How many calls were answered with an error or not at all, by what the client said. */
  failures: Map<string, number>;
  /** Resolves when the calls under way have ended. */
  stop(): Promise<void>;
};

export type LoadOptions = {
  /** Default: the client of the world. */
  client?: ServerClient;
  concurrency?: number;
  /** Makes addresses of several loads differ. */
  name?: string;
  domain?: string;
  stream?: string;
  recipientsPerMessage?: number;
};

export function startLoad(world: World, options: LoadOptions = {}): Load {
  const {
    client = world.client,
    concurrency = 8,
    name = 'load',
    domain = inboxDomain,
    recipientsPerMessage = 1,
  } = options;
  const accepted: Accepted[] = [];
  const failures = new Map<string, number>();
  let isStopping = false;
  let count = 0;

  async function sendOne(): Promise<void> {
    count += 1;
    const number = count;
    const recipients = Array.from(
      { length: recipientsPerMessage },
      (_, index) => `${name}-${number}-${index}@${domain}`,
    );
    try {
      const answer = await client.sendEmail({
        From: sender,
        To: recipients.join(', '),
        Subject: `Message ${number} of ${name}`,
        TextBody: `This is message ${number} of ${name}.`,
        ...(options.stream ? { MessageStream: options.stream } : {}),
      });
      accepted.push({ messageId: answer.MessageID, recipients });
    } catch (error) {
      const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
      failures.set(what, (failures.get(what) ?? 0) + 1);
      // A server that is down refuses at once; asking it without a pause would only burn the machine.
      await new Promise(resolve => setTimeout(resolve, 50));
    }
  }

  async function sendUntilStopped(): Promise<void> {
    while (!isStopping) await sendOne();
  }

  const senders = Array.from({ length: concurrency }, sendUntilStopped);
  const stop = async () => {
    isStopping = true;
    await Promise.all(senders);
  };
  world.atEnd.push(stop);
  return { accepted, failures, stop };
}

/** Sends one message to each address, as few calls as possible. @throws Error when one is refused. */
export async function sendToEach(
  client: ServerClient,
  addresses: readonly string[],
  stream?: string,
): Promise<Accepted[]> {
  const accepted: Accepted[] = [];
  for (let start = 0; start < addresses.length; start += 500) {
    const part = addresses.slice(start, start + 500);
    const answers = await client.sendEmailBatch(
      part.map(address => ({
        From: sender,
        To: address,
        Subject: `To ${address}`,
        TextBody: `This is for ${address}.`,
        ...(stream ? { MessageStream: stream } : {}),
      })),
    );
    answers.forEach((answer, index) => {
      if (answer.ErrorCode !== 0) throw new Error(`${part[index]} was refused: ${answer.ErrorCode} ${answer.Message}`);
      accepted.push({ messageId: answer.MessageID, recipients: [part[index] ?? ''] });
    });
  }
  return accepted;
}
