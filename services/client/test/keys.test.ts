import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { keyNames } from '../src/keys/key-names.ts';
import { bindingFor, type KeyPress } from '../src/keys/key-table.ts';

const bind = (...keys: string[]) => ({ keys, does: keys.join(), run: () => {} });
const press = (key: string, more: Partial<KeyPress> = {}): KeyPress => ({
  ...{ key, code: '', ctrlKey: false, metaKey: false, altKey: false, shiftKey: false },
  ...more,
});

describe('keys', () => {
  const bindings = [bind('Mod+k'), bind('?'), bind('ArrowLeft'), bind('Shift+ArrowLeft'), bind('+', '=')];
  const found = (pressed: KeyPress): string | undefined => bindingFor(bindings, pressed)?.does;

  it('tells what is held with them', () => {
    assert.equal(found(press('k', { ctrlKey: true })), 'Mod+k');
    assert.equal(found(press('K', { metaKey: true })), 'Mod+k');
    assert.equal(found(press('k')), undefined);
    assert.equal(found(press('k', { ctrlKey: true, shiftKey: true })), undefined);
    assert.equal(found(press('ArrowLeft')), 'ArrowLeft');
    assert.equal(found(press('ArrowLeft', { shiftKey: true })), 'Shift+ArrowLeft');
    assert.equal(found(press('ArrowLeft', { altKey: true })), undefined);
  });

  it('finds a sign wherever a keyboard has it, and a letter’s place where there are no latin letters', () => {
    assert.equal(found(press('?', { shiftKey: true })), '?');
    assert.equal(found(press('?')), '?');
    assert.equal(found(press('+')), '+,=');
    assert.equal(found(press('л', { ctrlKey: true, code: 'KeyK' })), 'Mod+k');
    assert.equal(found(press('t', { ctrlKey: true, code: 'KeyK' })), undefined);
  });

  it('names them as they are written on the keyboard', () => {
    assert.deepEqual(keyNames('Mod+k', false), ['Ctrl', 'K']);
    assert.deepEqual(keyNames('Mod+k', true), ['⌘', 'K']);
    assert.deepEqual(keyNames('Shift+ArrowLeft', false), ['Shift', '←']);
    assert.deepEqual(keyNames('+', false), ['+']);
  });
});
