// Finds the way of each item: to a destination, or to an end that needs no connection at all.

import type { BounceTypeName } from '@pennyblack/email/bounces/bounce-types.ts';
import type { DeliveryItem } from './delivery-item.ts';
import { createDestination, type Destination, type DestinationDeps } from './destination.ts';
import type { ItemsInHand } from './items-in-hand.ts';
import type { Outcome } from './outcome.ts';
import type { ConnectTarget, FindMailHosts } from './ports.ts';
import { chooseRoute, type RouteSetting } from './route-rules.ts';

export type DispatcherDeps = DestinationDeps &
  ItemsInHand & {
    findMailHosts: FindMailHosts;
    routes: readonly RouteSetting[];
    mxPort: number;
  };

export type Dispatcher = {
  dispatch(item: DeliveryItem): void;
  /** Gives back what is ready and lets conversations under way end. Items that come later go to new destinations. */
  stopAll(): Promise<void>;
  forgetIdle(): void;
  destinationCount(): number;
  connectionCount(): number;
};

const nobody = { host: '', ip: '' };
const byTestDomain = { host: 'bounce-testing', ip: '' };

function delivered(host: string): Outcome {
  return { kind: 'delivered', reply: `smtp;250 2.0.0 OK (${host}, not sent)`, by: { host, ip: '' } };
}

/** A complaint comes from somebody who got the message. */
function fakeOutcome(type: BounceTypeName): Outcome {
  if (type === 'SpamComplaint')
    return { kind: 'complained', reply: 'smtp;250 2.0.0 OK (bounce-testing, not sent)', by: byTestDomain };
  return { kind: 'bounced', type, reply: `smtp;550 5.0.0 Test bounce of type ${type}`, by: byTestDomain };
}

export function createDispatcher(deps: DispatcherDeps): Dispatcher {
  // One destination for each set of mail servers, whatever the number of domains behind it.
  const destinations = new Map<string, Destination>();

  function destinationFor(key: string, targets: readonly ConnectTarget[]): Destination {
    const known = destinations.get(key);
    if (known) return known;
    const created = createDestination(targets, deps);
    destinations.set(key, created);
    return created;
  }

  async function dispatchByMx(item: DeliveryItem, domain: string): Promise<void> {
    const found = await deps.findMailHosts(domain);
    const by = { host: domain, ip: '' };
    switch (found.kind) {
      case 'hosts': {
        const { mustVerifyTls } = found;
        const targets = found.hosts.map(host => ({ host: host.name, port: deps.mxPort, mustVerifyTls }));
        destinationFor(`mx ${found.key}${mustVerifyTls ? ' tls' : ''}`, targets).push(item);
        return;
      }
      case 'no_mail': {
        // RFC 7505 4.1 gives the codes.
        const reply = `smtp;556 5.1.10 The domain ${domain} does not accept mail (null MX)`;
        deps.finish(item, { kind: 'bounced', type: 'HardBounce', reply, by });
        return;
      }
      case 'not_found':
        deps.finish(item, { kind: 'bounced', type: 'HardBounce', reply: `smtp;550 5.1.2 ${found.reason}`, by });
        return;
      case 'temporary':
        deps.defer(item, { reply: `smtp;451 4.4.3 ${found.reason}`, by, isUncertain: false });
    }
  }

  function fakeDelay(seconds: number): Outcome {
    const dueAt = new Date(deps.clock.now().getTime() + seconds * 1000);
    const reply = `smtp;451 4.4.1 Test delay of ${seconds} seconds`;
    return { kind: 'deferred', reply, by: byTestDomain, dueAt, isUncertain: false, isHeld: false };
  }

  function dispatch(item: DeliveryItem): void {
    const route = chooseRoute(item.address, item.message.content, deps.routes);
    switch (route.kind) {
      case 'host': {
        const { host, port, user, password } = route;
        const credentials = user === undefined || password === undefined ? {} : { user, password };
        destinationFor(`route ${user ?? ''}@${host}:${port}`, [
          { host, port, mustVerifyTls: false, ...credentials },
        ]).push(item);
        return;
      }
      case 'mx':
        dispatchByMx(item, route.domain).catch(error => {
          deps.onError(error);
          deps.defer(item, {
            reply: 'smtp;451 4.3.0 the mail servers could not be looked up',
            by: nobody,
            isUncertain: false,
          });
        });
        return;
      case 'fake_bounce':
        deps.finish(item, fakeOutcome(route.type));
        return;
      case 'fake_delay':
        deps.finish(item, item.attempts === 0 ? fakeDelay(route.seconds) : delivered('bounce-testing'));
        return;
      case 'sandbox':
      case 'capture':
      case 'black_hole':
        deps.finish(item, delivered(route.kind.replace('_', '-')));
    }
  }

  return {
    dispatch,
    stopAll: async () => {
      const all = [...destinations.values()];
      destinations.clear();
      await Promise.all(all.map(destination => destination.stop()));
    },
    forgetIdle: () => {
      for (const [key, destination] of destinations) if (destination.isForgotten()) destinations.delete(key);
    },
    destinationCount: () => destinations.size,
    connectionCount: () =>
      [...destinations.values()].reduce((sum, destination) => sum + destination.connectionCount(), 0),
  };
}
