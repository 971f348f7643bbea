// Endpoints of the account itself: its tokens, and requests to erase data.

import type { KeyRing } from '@pennyblack/runtime/secrets/key-ring.ts';
import type { Endpoint } from '../edges/http-api/endpoint.ts';
import { createAccountToken } from '../features/accounts/http/create-account-token.ts';
import { deleteAccountToken } from '../features/accounts/http/delete-account-token.ts';
import { getAccountTokens } from '../features/accounts/http/get-account-tokens.ts';
import { getDataRemovalStatus } from '../features/data-removals/http/get-data-removal-status.ts';
import { requestDataRemoval } from '../features/data-removals/http/request-data-removal.ts';

export type AccountEndpointDeps = {
  keyRing: KeyRing;
  /** False: the operator has switched data removal off. */
  allowsDataRemovals: boolean;
};

export function accountEndpoints({ keyRing, allowsDataRemovals }: AccountEndpointDeps): Endpoint[] {
  return [
    requestDataRemoval(allowsDataRemovals),
    getDataRemovalStatus(allowsDataRemovals),
    getAccountTokens(keyRing),
    createAccountToken(keyRing),
    deleteAccountToken(),
  ];
}
