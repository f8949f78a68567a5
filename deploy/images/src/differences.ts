import type { Digests } from './lock-file.ts';
import type { UsedImage } from './used-images.ts';

/**
 * What is wrong with the lock file, a sentence each.
 * @param localDigests the digests of an image that is on this machine; undefined when it isn't
 */
export function lockProblems(
  used: readonly UsedImage[],
  digests: Digests,
  localDigests: (image: string) => readonly string[] | undefined,
): readonly string[] {
  const names = new Set(used.map(({ image }) => image));
  const missing = [...names].filter((image) => !digests.has(image)).map((image) => `${image} is not in the lock file`);
  const left = [...digests.keys()].filter((image) => !names.has(image)).map((image) => `${image} is used nowhere`);
  const other = [...digests].flatMap(([image, digest]) => {
    // One that was built here has no digest, and nothing to compare.
    const here = digest === undefined ? [] : (localDigests(image) ?? []);
    if (digest === undefined || here.length === 0 || here.includes(digest)) return [];
    return [`${image} on this machine is ${here.join(', ')}, in the lock file ${digest}`];
  });
  return [...missing, ...left, ...other];
}
