// What the isolation table says of one endpoint.

import assert from 'node:assert/strict';
import type { Received } from '../../edges/http-api/testing/test-api.ts';
import type { Owner } from './isolation-world.ts';

export type OwnersRequest = {
  /** With the ids of the owner's things in it. Default: the endpoint's path. */
  path?: string;
  body?: unknown;
};

export type IsolationEntry = {
  /** `METHOD /path` as the endpoint says it. */
  endpoint: string;
  /** Makes something of the owner's, and the request that would reach it. */
  request(owner: Owner): Promise<OwnersRequest>;
  /** Looks at the answer that a stranger gets to it. That it holds nothing of the owner's is looked at for every entry. */
  stranger(received: Received): void;
  /** Lets what the stranger asked for take effect, where a job does it. */
  settle?(owner: Owner): Promise<void>;
  /** The owner's own answer holds the secret word, which proves that a leak would be seen. */
  showsTheOwner?: boolean;
};

/** An endpoint that asks for no token: `reason` says why nothing of anybody's can be reached through it. */
export type PublicEntry = { endpoint: string; reason: string };

export function isolate(endpoint: string, entry: Omit<IsolationEntry, 'endpoint'>): IsolationEntry {
  return { endpoint, ...entry };
}

/** The stranger is told that there is no such thing. */
export function refused(status: number, errorCode: number): IsolationEntry['stranger'] {
  return received => {
    const { ErrorCode } = received.json as { ErrorCode?: number };
    assert.deepEqual([received.status, ErrorCode], [status, errorCode], received.bytes.toString());
  };
}

/** The request is as good as any, and is about the stranger's own things. `look` may look closer at the answer. */
export function ownThings(look: (json: never) => void = () => {}): IsolationEntry['stranger'] {
  return received => {
    assert.equal(received.status, 200, received.bytes.toString());
    look(received.json as never);
  };
}

/** A page of the stranger's own things, all of them: a total that counts the owner's too would be higher. */
export function ownPage(list: string): IsolationEntry['stranger'] {
  return ownThings((answer: Record<string, unknown[]> & { TotalCount: number }) =>
    assert.equal(answer.TotalCount, answer[list]?.length),
  );
}
