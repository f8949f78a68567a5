import { existsSync, readFileSync } from 'node:fs';

const TICKS_A_SECOND = 100;

/**
 * CPU seconds that a process and its children have used since they started, from Linux's /proc; NaN where there is none.
 * What has ended counts through its parent.
 */
export function cpuSeconds(pid: number | undefined): number {
  if (pid === undefined || !existsSync(`/proc/${pid}/stat`)) return Number.NaN;
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean);
  return [pid, ...children.map(Number)].reduce((sum, one) => sum + ticksOf(one), 0) / TICKS_A_SECOND;
}

function ticksOf(pid: number): number {
  try {
    // Behind the name, which may hold anything: utime, stime and those of children that ended are fields 14 to 17.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    return fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  } catch {
    return 0;
  }
}
