/** Opens the spool in a folder, keeps one message in it, and stays until it is killed. */
import { openSpoolFeed } from './spool-feed.ts';

const spool = await openSpoolFeed(process.argv[2] ?? '');
spool.publish('NYSE', 'TSLA:1');
await spool.settled();
process.stdout.write('held\n');
setInterval(() => {}, 1000);
