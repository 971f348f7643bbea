// Makes the calls of webhooks: a POST, its redirects, and one clear outcome. Whatever a URL, a header or a receiver does,
// it is contained: in time, in memory, and in which addresses are reached.

import { type Clock, systemClock } from '@pennyblack/runtime/clock.ts';
import { type HeaderPairs, readHeaders, withoutSecrets } from './call-headers.ts';
import { type CallTarget, readTarget } from './call-target.ts';
import { readFailure, stoppingText } from './failure-rules.ts';
import { createGuardedConnector } from './guarded-connector.ts';
import type { ResolveHost } from './host-addresses.ts';
import { createHostsFile, type FindInHostsFile } from './hosts-file.ts';
import { createOriginPools } from './origin-pools.ts';
import { type Post, startPost } from './post-once.ts';
import { decideRedirect, keyOf } from './redirect-rules.ts';
import type { HopOutcome, UrlCall, UrlOutcome } from './url-call.ts';

export type UrlCallerOptions = {
  resolve: ResolveHost;
  /** Lets calls go to loopback, private and all other addresses. */
  allowPrivateTargets: boolean;
  /** The local address of connections. */
  sourceAddress?: string | undefined;
  /** For the whole call: names, connection, TLS, redirects, answer. Default 120. */
  timeoutInSeconds?: number;
  /** For the body of an answer, counted from its headers. Default 5. */
  answerSecondsMax?: number;
  /** For one address, and again for TLS. Default 10. */
  connectSecondsMax?: number;
  /** Origins to which connections are kept open. Default 1000. */
  originsMax?: number;
  /** For the life of what was read from the hosts file. */
  clock?: Clock;
  findInHostsFile?: FindInHostsFile;
  /** Other than the system's, and another judge of addresses: for tests, where loopback has to play the world. */
  certificateAuthority?: string;
  reasonToForbid?: (address: string) => string | undefined;
};

export type UrlCaller = {
  /** Never rejects. */
  call(call: UrlCall): Promise<UrlOutcome>;
  /** Ends everything; calls under way fail. */
  close(): Promise<void>;
};

type Failed = HopOutcome & { kind: 'failed' };
type Hop = { target: CallTarget; headers: HeaderPairs; body: string };
/** What the wall clock ends. */
type CallInHand = { post: Post | undefined; isOver: boolean };

export function createUrlCaller(options: UrlCallerOptions): UrlCaller {
  const timeoutInSeconds = options.timeoutInSeconds ?? 120;
  const answerTimeInMillisecondsMax = (options.answerSecondsMax ?? 5) * 1000;
  const connector = createGuardedConnector({
    resolve: options.resolve,
    findInHostsFile: options.findInHostsFile ?? createHostsFile({ clock: options.clock ?? systemClock }),
    allowPrivateTargets: options.allowPrivateTargets,
    sourceAddress: options.sourceAddress,
    connectTimeoutInMilliseconds: (options.connectSecondsMax ?? 10) * 1000,
    ...(options.certificateAuthority === undefined ? {} : { certificateAuthority: options.certificateAuthority }),
    ...(options.reasonToForbid === undefined ? {} : { reasonToForbid: options.reasonToForbid }),
  });
  const pools = createOriginPools(connector.connect, options.originsMax ?? 1000);
  let isClosed = false;

  async function post(hop: Hop, inHand: CallInHand): Promise<HopOutcome> {
    const { pool, end } = pools.use(hop.target.origin);
    try {
      const started = () => {
        inHand.post = startPost(pool, {
          path: hop.target.path,
          headers: hop.headers,
          body: hop.body,
          isNewConnection: connector.isHandingOver,
          answerTimeInMillisecondsMax,
        });
        return inHand.post;
      };
      const first = started();
      const outcome = await first.outcome;
      // Once more, at once: a connection that was closed while idle says nothing about the receiver.
      const isStale = outcome.kind === 'failed' && outcome.failure === 'connection' && first.mayRepeat();
      return isStale && !inHand.isOver && !isClosed ? await started().outcome : outcome;
    } finally {
      end();
    }
  }

  async function follow(first: Hop, inHand: CallInHand): Promise<HopOutcome> {
    const visited = new Set([keyOf(first.target)]);
    let hop = first;
    for (;;) {
      const outcome = await post(hop, inHand);
      if (outcome.kind === 'failed') return outcome;
      const decision = decideRedirect(outcome, hop.target, visited);
      if (decision.kind === 'not_a_redirect') return outcome;
      if (decision.kind === 'refuse') return failed('redirect', decision.text);
      if (inHand.isOver) return timeout();
      visited.add(keyOf(decision.target));
      hop = {
        target: decision.target,
        headers: decision.keepsSecrets ? hop.headers : withoutSecrets(hop.headers),
        body: hop.body,
      };
    }
  }

  /** The wall clock decides, even when what is waited for cannot be cancelled. */
  function followInTime(hop: Hop): Promise<HopOutcome> {
    const inHand: CallInHand = { post: undefined, isOver: false };
    return new Promise(resolve => {
      const timer = setTimeout(() => {
        inHand.isOver = true;
        inHand.post?.abandon();
        resolve(timeout());
      }, timeoutInSeconds * 1000);
      const finish = (outcome: HopOutcome) => {
        clearTimeout(timer);
        resolve(outcome);
      };
      follow(hop, inHand).then(finish, error => finish({ kind: 'failed', ...readFailure(error) }));
    });
  }

  async function answer(call: UrlCall): Promise<HopOutcome> {
    if (isClosed) return failed('connection', stoppingText);
    const target = readTarget(call.url);
    if (target.kind === 'invalid') return failed('url', target.text);
    const headers = readHeaders(call.headers);
    if (headers.kind === 'invalid') return failed('url', headers.text);
    return await followInTime({ target: target.target, headers: headers.pairs, body: call.body });
  }

  const timeout = () => failed('timeout', `no whole answer within ${timeoutInSeconds} seconds`);

  return {
    async call(call) {
      const start = performance.now();
      const outcome = await answer(call);
      const milliseconds = Math.round(performance.now() - start);
      if (outcome.kind === 'failed') return { ...outcome, milliseconds };
      return { kind: 'answered', status: outcome.status, answer: outcome.answer, milliseconds };
    },
    async close() {
      isClosed = true;
      connector.close();
      await pools.close();
    },
  };
}

function failed(failure: Failed['failure'], text: string): Failed {
  return { kind: 'failed', failure, text };
}
