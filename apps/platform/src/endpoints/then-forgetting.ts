// For endpoints that change the directory: what a caller was told has changed counts from its next call on.

import type { Endpoint } from '../edges/http-api/endpoint.ts';

/** Makes this process forget what it keeps of the directory. Others hear of a change from the database. */
export type DirectoryChanged = () => void;

/** Forgets before it answers, however late the notification comes. */
export function thenForgetting(endpoint: Endpoint, directoryChanged: DirectoryChanged): Endpoint {
  return {
    ...endpoint,
    async handle(call) {
      const answer = await endpoint.handle(call);
      directoryChanged();
      return answer;
    },
  };
}
