// Whether a process lives, as a part of other features' statements.

/**
 * A statement that finds the live process `$1` and keeps others from declaring it dead until the transaction ends. For
 * statements of other features that may write only while their process lives.
 */
export const lockLiveProcessText = 'select 1 from processes where process_number = $1 and ended_at is null for share';
