import assert from 'node:assert/strict';
import { test } from 'node:test';
import { commands, findCommand } from './commands.ts';

function found(line: string): { usage: string; arguments: string[] } | undefined {
  const match = findCommand(line.split(' '));
  return match && { usage: match.command.usage, arguments: match.arguments };
}

test('a command is named by its words, and what follows are its arguments', () => {
  assert.deepEqual(found('domains add shop.test'), { usage: 'domains add <domain>', arguments: ['shop.test'] });
  assert.deepEqual(found('tokens show'), { usage: 'tokens show', arguments: [] });
  assert.deepEqual(found('streams uncertain 1001 outbound hold'), {
    usage: 'streams uncertain <server-id> <stream> <send_again|hold>',
    arguments: ['1001', 'outbound', 'hold'],
  });
  assert.deepEqual(found('domains records'), { usage: 'domains records [<domain>]', arguments: [] });
  assert.deepEqual(found('domains records shop.test')?.arguments, ['shop.test']);
});

test('anything else is no command', () => {
  for (const line of ['', 'domains', 'domain add shop.test', 'add domains', 'tokens', 'queue dance', 'DOMAINS LIST']) {
    assert.equal(found(line), undefined, line);
  }
});

test('every command is found by its own usage, and no command hides another', () => {
  for (const command of commands) {
    const words = command.usage.split(' ').filter(word => !/[<>[\]]/.test(word));
    assert.equal(findCommand(words)?.command, command, command.usage);
    assert.equal(findCommand([...words, 'x', 'y', 'z'])?.command, command, command.usage);
  }
  assert.equal(new Set(commands.map(command => command.usage)).size, commands.length);
});

test('every command says in one sentence what it does', () => {
  for (const { summary, usage } of commands) assert.match(summary, /^[A-Z].*[.]$/, usage);
});
