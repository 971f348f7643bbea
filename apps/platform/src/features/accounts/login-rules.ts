// Decides how often somebody may try to log in. Pure. Both counts matter: one address that tries many logins, and many
// addresses that try one login.

export const windowInMinutes = 15;
const attemptsMax = { login: 10, client: 50 } as const;

export type CountedAs = keyof typeof attemptsMax;

/** `attempts` counts the one under way. */
export function isTooOften(countedAs: CountedAs, attempts: number): boolean {
  return attempts > attemptsMax[countedAs];
}

export function windowEnd(now: Date): Date {
  return new Date(now.getTime() + windowInMinutes * 60_000);
}
