// Run in a folder with node_modules, after npm ci: keeps the named packages and what they depend on, removes the rest.
// It never installs, so that nothing but the lockfile says which version is used.
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';

const kept = new Set();
const waiting = process.argv.slice(2);
for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
  const manifest = join('node_modules', name, 'package.json');
  if (kept.has(name)) continue;
  if (!existsSync(manifest)) throw new Error(`${name} is not in node_modules`);
  kept.add(name);
  waiting.push(...Object.keys(JSON.parse(readFileSync(manifest, 'utf8')).dependencies ?? {}));
}

const present = readdirSync('node_modules').flatMap((name) =>
  name.startsWith('@') ? readdirSync(join('node_modules', name)).map((part) => `${name}/${part}`) : [name],
);
for (const name of present) if (!kept.has(name)) rmSync(join('node_modules', name), { recursive: true });
