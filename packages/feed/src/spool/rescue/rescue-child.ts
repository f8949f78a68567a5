/**
 * Run as a process of its own. LMDB maps its file into memory, and a file that is cut, damaged or not its own makes it
 * crash, at once or much later; here that harms no one, and what it has copied until then is in the copy.
 *
 * `rescue-child.ts walk COPY FILE` copies what LMDB reads of a spool, and prints a WalkReport;
 * `rescue-child.ts scan COPY FILE…` copies every record that lies in the files, and prints a ScanReport.
 */
import process from 'node:process';
import { scanSpool } from './scan-spool.ts';
import { SpoolCopy } from './spool-copy.ts';
import { walkSpool } from './walk-spool.ts';

const [, , mode = '', target = '', ...files] = process.argv;
const copy = new SpoolCopy(target);
const report = mode === 'walk' ? await walkSpool(files[0] ?? '', copy) : await scanSpool(files, copy);
await copy.close();
process.stdout.write(JSON.stringify({ ...report, isCopied: copy.failure === undefined }), () => process.exit(0));
