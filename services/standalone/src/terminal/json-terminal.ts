import type { Terminal } from './terminal.ts';

/** JSON lines as they are, for whatever reads them. */
export function createJsonTerminal(stdout: NodeJS.WritableStream): Terminal {
  // Who reads may go away; there is nowhere to say it.
  stdout.on('error', () => {});
  return {
    write: (line) => {
      stdout.write(line);
    },
    say: () => false,
    showStatus: () => {},
    [Symbol.dispose]: () => {},
  };
}
