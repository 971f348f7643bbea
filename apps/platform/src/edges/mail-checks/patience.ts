// Decides how long to wait for somebody: not long for who kept us waiting the last time, because all mail shares the places
// where mail is checked, and one sender's dead name server must not hold up everybody else's mail.

export type Patience = {
  /** Without `who` there is only one to wait for. */
  isShort(who?: string): boolean;
  /** He has kept us waiting, or has not. */
  note(hasHung: boolean, who?: string): void;
};

/** The oldest are forgotten. */
const rememberedMax = 1000;

/** `failuresMax`: after so many in a row, whoever they were, nobody is waited for long until somebody answers in time. */
export function createPatience(failuresMax: number): Patience {
  const hung = new Set<string>();
  let inARow = 0;

  return {
    isShort: who => inARow >= failuresMax || (who !== undefined && hung.has(who)),
    note: (hasHung, who) => {
      inARow = hasHung ? inARow + 1 : 0;
      if (who === undefined) return;
      hung.delete(who);
      if (!hasHung) return;
      hung.add(who);
      for (const oldest of hung) {
        if (hung.size <= rememberedMax) return;
        hung.delete(oldest);
      }
    },
  };
}
