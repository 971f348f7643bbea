// Tells "this path does not exist" from "this path exists, but not with this method".

import type { Endpoint } from './endpoint.ts';

export type KnownRoutes = {
  /** The methods that a path answers to, sorted; empty for an unknown path. */
  methodsOf(path: string): string[];
};

/** Asked only for requests that matched no route, so a plain search through the list is enough. */
export function createKnownRoutes(endpoints: readonly Pick<Endpoint, 'method' | 'path'>[]): KnownRoutes {
  const routes = endpoints.map(({ method, path }) => ({ method, parts: partsOf(path) }));

  return {
    methodsOf(path) {
      const given = partsOf(path);
      const methods = routes.filter(({ parts }) => matches(parts, given)).map(({ method }) => method);
      return [...new Set(methods)].sort();
    },
  };
}

function partsOf(path: string): string[] {
  const parts = path.toLowerCase().split('/').slice(1);
  if (parts.at(-1) === '') parts.pop();
  return parts;
}

function matches(pattern: readonly string[], given: readonly string[]): boolean {
  if (pattern.length !== given.length) return false;
  return pattern.every((part, index) => (part.startsWith(':') ? given[index] !== '' : part === given[index]));
}
