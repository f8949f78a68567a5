import type { Digests } from './lock-file.ts';
import type { UsedImage } from './used-images.ts';

const HEADING = `# Written by \`npm run digests\`: the tags of compose.yaml and of the Dockerfiles, with their digests beside them.
# docker compose -f compose.yaml -f compose.pinned.yaml up --build
services:
`;

/** A compose file that pins every image whose digest is known; undefined when none is. */
export function formatPinned(used: readonly UsedImage[], digests: Digests): string | undefined {
  const services = new Map<string, string[]>();
  for (const { image, places } of used) {
    const digest = digests.get(image);
    if (digest === undefined) continue;
    for (const place of places) {
      const lines = services.get(place.service) ?? [];
      services.set(place.service, lines);
      if (place.kind === 'image') lines.push(`    image: ${image}@${digest}`);
      else lines.push('    build:', '      args:', `        ${place.argument}: ${image}@${digest}`);
    }
  }
  if (services.size === 0) return undefined;
  const blocks = [...services].sort(([a], [b]) => (a < b ? -1 : 1));
  return HEADING + blocks.map(([name, lines]) => `  ${name}:\n${lines.join('\n')}\n`).join('');
}
