/** Opens the spool in a folder, keeps one message in it, and stays until it is killed. */
import { append, NYSE, openSpool } from './spool-kit.ts';

const spool = await openSpool(process.argv[2] ?? '');
await append(spool, NYSE, 'TSLA:1');
process.stdout.write('held\n');
setInterval(() => {}, 1000);
