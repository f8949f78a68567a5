import { spawnSync } from 'node:child_process';
import { isDigest } from './lock-file.ts';

function docker(...args: readonly string[]): { readonly ok: boolean; readonly text: string } {
  const { status, stdout, stderr, error } = spawnSync('docker', args, { encoding: 'utf8' });
  const said = error === undefined ? stderr.trim() : error.message;
  return { ok: status === 0, text: status === 0 ? stdout.trim() : said };
}

/**
 * The digests by which an image that is here can be had from its registry; none for one that was built here.
 * @returns undefined when there is no such image, or no Docker
 */
export function localDigests(image: string): readonly string[] | undefined {
  const { ok, text } = docker('image', 'inspect', '--format', '{{range .RepoDigests}}{{println .}}{{end}}', image);
  if (!ok) return undefined;
  const name = image.slice(0, image.lastIndexOf(':'));
  return text
    .split('\n')
    .map((line) => line.trim().split('@'))
    .filter(([repository]) => repository === name || repository?.endsWith(`/${name}`))
    .flatMap(([, digest = '']) => (isDigest(digest) ? [digest] : []));
}

/**
 * Asks the registry what a tag leads to now, and fetches it.
 * @throws Error with Docker's words when it can't be had
 */
export function pulledDigest(image: string): string {
  const pulled = docker('pull', '--quiet', image);
  if (!pulled.ok) throw new Error(pulled.text.split('\n')[0] ?? '');
  const digest = localDigests(image)?.[0];
  if (digest === undefined) throw new Error('Docker tells no digest of what it pulled');
  return digest;
}
