/**
 * A viewer of both exchanges, as a process of its own. Counts ticks by their text instead of parsing them, so that
 * what is measured is the system and not the viewer. One that falls behind is cut off and comes again; what it missed is
 * not counted. Arguments: port. Prints a JSON line on SIGTERM: { ticks, cpuSeconds }.
 */
import WebSocket from 'ws';
import { usedSeconds } from './used-seconds.ts';

const AGAIN_MS = 50;

const [port = ''] = process.argv.slice(2);
const MARK = Buffer.from('"seq"');
let ticks = 0;

function view(): void {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/connection/websocket`);
  socket.on('open', () => {
    const commands = [
      { id: 1, connect: {} },
      ...['NASDAQ', 'NYSE'].map((channel, i) => ({ id: i + 2, subscribe: { channel } })),
    ];
    socket.send(commands.map((command) => JSON.stringify(command)).join('\n'));
  });
  socket.on('message', (data: Buffer) => {
    if (data.length === 2) socket.send('{}');
    for (let at = data.indexOf(MARK); at >= 0; at = data.indexOf(MARK, at + 60)) ticks++;
  });
  socket.on('error', () => {});
  socket.on('close', () => setTimeout(view, AGAIN_MS));
}

view();
process.on('SIGTERM', () => {
  console.log(JSON.stringify({ ticks, cpuSeconds: usedSeconds() }));
  process.exit(0);
});
