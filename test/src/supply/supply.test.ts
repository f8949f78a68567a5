import assert from 'node:assert/strict';
import { it } from 'node:test';
import { onlyShipped } from './bill-of-materials.ts';
import { licenceProblems } from './licence-rules.ts';
import { type LockedPackage, lockedPackages, SERVICES, shippedPackages } from './lockfile.ts';

const names = (packages: readonly LockedPackage[]): ReadonlySet<string> => new Set(packages.map(({ name }) => name));

it('the licences of all packages are known and allowed', () => {
  assert.deepEqual(licenceProblems(lockedPackages()), []);
});

it('a licence that is missing, unknown or not allowed is a problem that names the package', () => {
  const bad = (licence: string | undefined) =>
    licenceProblems([{ path: 'node_modules/x', name: 'x', version: '1.0.0', licence }]);
  for (const licence of [undefined, '', 'UNLICENSED', 'SEE LICENSE IN LICENSE', 'GPL-3.0-only', 'MIT AND GPL-2.0']) {
    assert.match(bad(licence)[0] ?? '', /^node_modules\/x 1\.0\.0 /, licence);
  }
  assert.deepEqual(bad('MIT'), []);
});

it('what is shipped is what services depend on, and no tool of tests', () => {
  const shipped = names(shippedPackages(SERVICES));
  for (const name of ['pg', 'pg-pool', 'fastify', 'lmdb', 'centrifuge', 'preact', 'vite']) {
    assert.ok(shipped.has(name), name);
  }
  for (const name of ['@biomejs/biome', 'typescript', 'playwright-core', 'fast-check', 'axe-core']) {
    assert.ok(!shipped.has(name), name);
  }
});

it('a bill that lacks what is shipped is refused, and tools of tests are left out of one', () => {
  const all = lockedPackages().map(({ name, version }) => `${name}@${version}`);
  const bom = {
    metadata: { component: { name: 'folder' } },
    components: [...all, '@tickwatch/core@1.0.0'].map((ref) => ({ 'bom-ref': ref })),
    dependencies: all.map((ref) => ({ ref, dependsOn: all })),
  };
  const shipped = shippedPackages(SERVICES);
  const { metadata, components, dependencies } = onlyShipped(bom, shipped);
  const refs = new Set(components.map((component) => component['bom-ref']));
  assert.equal(metadata.component.name, 'tickwatch');
  assert.deepEqual(
    refs,
    new Set([...shipped.map(({ name, version }) => `${name}@${version}`), '@tickwatch/core@1.0.0']),
  );
  assert.ok(dependencies.every(({ ref, dependsOn }) => refs.has(ref) && dependsOn.every((name) => refs.has(name))));
  const lacking = { ...bom, components: bom.components.filter((part) => !part['bom-ref'].startsWith('pg@')) };
  assert.throws(() => onlyShipped(lacking, shipped), /npm sbom does not list pg@/);
});
