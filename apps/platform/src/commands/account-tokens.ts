// Commands for the API tokens of the account.

import { addToken, listTokens, revokeToken } from '../features/accounts/account-tokens.ts';
import { type Command, firstAccount } from './command.ts';

export const accountTokensList: Command = {
  usage: 'account-tokens list',
  summary: 'Lists the API tokens of the account.',
  run: async context => {
    const accountId = await firstAccount(context);
    for (const token of await listTokens(context.db.reads, context.keyRing, accountId)) {
      const day = token.createdAt.toISOString().slice(0, 10);
      context.print(`${token.tokenId}  …${token.lastCharacters}  made ${day}  ${token.name}`);
    }
  },
};

export const accountTokensAdd: Command = {
  usage: 'account-tokens add <name>',
  summary: 'Makes one more API token of the account and prints it.',
  run: async (context, words) => {
    const accountId = await firstAccount(context);
    const add = await context.db.accept.transaction(tx =>
      addToken(tx, context.keyRing, accountId, words.join(' '), context.now),
    );
    context.print(`${add.tokenId}  ${add.token}  ${add.name}`);
  },
};

export const accountTokensRevoke: Command = {
  usage: 'account-tokens revoke <token-id>',
  summary: 'Ends an API token of the account at once; the last one stays.',
  run: async (context, [word]) => {
    if (word === undefined || !/^\d{1,15}$/.test(word)) {
      throw new Error(`"${word ?? ''}" is not a token id. See them with: npm run pennyblack -- account-tokens list`);
    }
    const accountId = await firstAccount(context);
    await context.db.accept.transaction(tx => revokeToken(tx, accountId, Number(word), context.now));
    context.print(`Token ${word} opens nothing any more.`);
  },
};
