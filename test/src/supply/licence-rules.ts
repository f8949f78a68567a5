import type { LockedPackage } from './lockfile.ts';

/** Licences, as packages spell them, that ask for no more than a notice, or for changes of their own files alone. */
const ALLOWED: ReadonlySet<string> = new Set([
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'ISC',
  'MIT',
  // nodemailer and smtp-server: MIT, without even the notice.
  'MIT-0',
  'MIT OR Apache-2.0',
  // A font; it may be shipped with programs under any licence.
  'OFL-1.1',
  // tweetnacl, beneath the NATS client: in the public domain, without a notice.
  'Unlicense',
  // Lightning CSS, which builds the page, and axe, which tests it.
  'MPL-2.0',
]);

/** @returns a sentence for each package whose licence is unknown or not allowed */
export function licenceProblems(packages: readonly LockedPackage[]): readonly string[] {
  return packages.flatMap(({ path, version, licence }) => {
    if (licence === undefined || licence === '') return [`${path} ${version} names no licence`];
    if (ALLOWED.has(licence)) return [];
    return [`${path} ${version} is under "${licence}", which is not on the list in test/src/supply/licence-rules.ts`];
  });
}

/** Packages by licence, both in order. */
export function byLicence(packages: readonly LockedPackage[]): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, string[]>();
  for (const { name, version, licence = 'unknown' } of packages) {
    const group = groups.get(licence) ?? [];
    groups.set(licence, [...group, `${name} ${version}`]);
  }
  return new Map([...groups].sort(([a], [b]) => a.localeCompare(b)).map(([key, names]) => [key, names.toSorted()]));
}
