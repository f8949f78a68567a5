/** Digests by image, as `redis:8` → `sha256:…`; undefined where none is known yet. */
export type Digests = ReadonlyMap<string, string | undefined>;

const UNKNOWN = 'unknown';
const DIGEST = /^sha256:[0-9a-f]{64}$/;

const HEADING = `# image digest: what the tags in compose.yaml and the Dockerfiles led to when they were looked at last.
# Written by \`npm run digests\`; "unknown" where no registry has been asked yet.
`;

export function isDigest(text: string): boolean {
  return DIGEST.test(text);
}

/** @throws Error quoting a line that is not "image digest" */
export function parseLock(text: string): Digests {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => {
      const [image = '', digest = '', ...more] = line.split(' ');
      if (more.length > 0 || (digest !== UNKNOWN && !isDigest(digest))) {
        throw new Error(`deploy/images.lock: "${line}" is not an image and sha256:… or unknown`);
      }
      return [image, digest === UNKNOWN ? undefined : digest];
    }),
  );
}

export function formatLock(digests: Digests): string {
  const lines = [...digests].map(([image, digest = UNKNOWN]) => `${image} ${digest}\n`);
  return HEADING + lines.sort().join('');
}
