import { printable } from '@tickwatch/runtime/printable';
import type { Terminal } from './terminal.ts';

const FATAL = '{"level":"fatal"';

/** JSON lines as they are, for whatever reads them. */
export function createJsonTerminal(stdout: NodeJS.WriteStream, stderr: NodeJS.WriteStream = process.stderr): Terminal {
  // Who reads may go away; there is nowhere to say it.
  stdout.on('error', () => {});
  return {
    write: (line) => {
      stdout.write(line);
      // Whoever sent the log to a file sits there and sees nothing of it.
      if (stderr.isTTY && !stdout.isTTY && line.startsWith(FATAL)) stderr.write(`${printable(messageOf(line))}\n`);
    },
    say: () => false,
    showStatus: () => {},
    [Symbol.dispose]: () => {},
  };
}

function messageOf(line: string): string {
  return String((JSON.parse(line) as { readonly message?: unknown }).message);
}
