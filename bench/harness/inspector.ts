// Profiles a running Node process through its inspector (Chrome DevTools protocol, domains Profiler and Runtime): only
// the work that is looked at, not the start.

export type ProfileNode = {
  id: number;
  callFrame: { functionName: string; url: string; lineNumber: number };
  children?: number[];
};

export type Profile = { nodes: ProfileNode[]; samples: number[]; timeDeltas: number[] };

export type Inspector = {
  startProfile(): Promise<void>;
  stopProfile(): Promise<Profile>;
  /** Share of the time since `startProfile` in which the event loop was not idle. */
  loopUtilisation(): Promise<number>;
  close(): void;
};

const sampleEveryMicroseconds = 500;

export async function attachInspector(url: string): Promise<Inspector> {
  const socket = new WebSocket(url);
  const waiting = new Map<number, (result: never) => void>();
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve, { once: true });
    socket.addEventListener('error', () => reject(new Error('The inspector cannot be reached.')), { once: true });
  });
  socket.addEventListener('message', event => {
    const { id, result } = JSON.parse(String(event.data));
    waiting.get(id)?.(result as never);
    waiting.delete(id);
  });

  let lastId = 0;
  function ask<T>(method: string, params: object = {}): Promise<T> {
    lastId += 1;
    const id = lastId;
    return new Promise<T>(resolve => {
      waiting.set(id, resolve);
      socket.send(JSON.stringify({ id, method, params }));
    });
  }
  const evaluate = (expression: string) =>
    ask<{ result: { value: number } }>('Runtime.evaluate', { expression, returnByValue: true });

  return {
    async startProfile() {
      await ask('Profiler.enable');
      await ask('Profiler.setSamplingInterval', { interval: sampleEveryMicroseconds });
      await evaluate('globalThis.benchLoop = performance.eventLoopUtilization(); 0');
      await ask('Profiler.start');
    },
    stopProfile: async () => (await ask<{ profile: Profile }>('Profiler.stop')).profile,
    loopUtilisation: async () =>
      (await evaluate('performance.eventLoopUtilization(globalThis.benchLoop).utilization')).result.value,
    close: () => socket.close(),
  };
}
