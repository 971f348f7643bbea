// Reads the words of a command. Throws a sentence for the operator.

import { isUuid } from '@pennyblack/runtime/uuid-v7.ts';

export function readServerId(word: string | undefined): number {
  if (word === undefined || !/^\d{1,15}$/.test(word)) {
    throw new Error(`"${word ?? ''}" is not a server id. See them with: npm run pennyblack -- servers list`);
  }
  return Number(word);
}

export function readMessageId(word: string | undefined): string {
  if (word === undefined || !isUuid(word)) throw new Error(`"${word ?? ''}" is not a message id.`);
  return word.toLowerCase();
}

export function readAddress(word: string | undefined): string {
  if (word === undefined || !/^[^@\s]+@[^@\s]+$/.test(word)) throw new Error(`"${word ?? ''}" is not an address.`);
  return word;
}
