// What a user may choose about a bench.

export type BenchOptions = {
  rounds: number;
  seconds: number;
  messages: number;
  folder: string | undefined;
  isProfile: boolean;
};
