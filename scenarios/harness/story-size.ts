// How large the largest stories are. Whole, unless the gate, which has little time, asks for a part of them.

const share = Number(process.env.PENNYBLACK_STORY_SHARE ?? '1');
if (!(share > 0 && share <= 1)) throw new Error('PENNYBLACK_STORY_SHARE takes a number above 0, up to 1.');

/** A share of what the promise is about; `atLeast` is what the story needs to say anything. */
export function storySize(whole: number, atLeast: number): number {
  return Math.max(atLeast, Math.round(whole * share));
}
