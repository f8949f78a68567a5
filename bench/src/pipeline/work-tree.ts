import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ROOT } from './child.ts';

/** An earlier commit in a folder of its own, with its packages; gone when closed. */
export interface WorkTree extends AsyncDisposable {
  readonly root: string;
  /** Short name of the commit. */
  readonly commit: string;
}

/** @throws Error git does not know the commit, or its packages can't be had */
export async function checkOut(commit: string): Promise<WorkTree> {
  const short = await git('rev-parse', '--short', '--verify', `${commit}^{commit}`);
  const root = await mkdtemp(join(tmpdir(), 'tickwatch-before-'));
  const tree: WorkTree = {
    root,
    commit: short,
    async [Symbol.asyncDispose]() {
      await git('worktree', 'remove', '--force', root).catch(() => rm(root, { recursive: true, force: true }));
    },
  };
  try {
    await git('worktree', 'add', '--detach', root, short);
    await promisify(execFile)('npm', ['ci', '--prefer-offline', '--no-audit', '--no-fund'], { cwd: root });
    return tree;
  } catch (error) {
    await tree[Symbol.asyncDispose]();
    throw error;
  }
}

/** The release before this one: the newest tag behind HEAD, or where this branch left `origin/main`; `undefined`: neither. */
export async function releaseBefore(): Promise<string | undefined> {
  const tag = await git('describe', '--tags', '--abbrev=0', 'HEAD^').catch(() => undefined);
  if (tag !== undefined) return tag;
  const base = await git('merge-base', 'HEAD', 'origin/main').catch(() => undefined);
  return base === (await git('rev-parse', 'HEAD').catch(() => base)) ? undefined : base;
}

async function git(...args: readonly string[]): Promise<string> {
  return (await promisify(execFile)('git', args, { cwd: ROOT })).stdout.trim();
}
