import { type LockedPackage, lockedPackages } from './lockfile.ts';

/** What matters here of a CycloneDX document. */
export interface Bom {
  readonly metadata: { readonly component: { readonly name: string } };
  /** A package's `bom-ref` is its name and version, as `pg@8.23.1`. */
  readonly components: readonly { readonly 'bom-ref': string }[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn?: readonly string[] }[];
}

const refOf = ({ name, version }: LockedPackage): string => `${name}@${version}`;

/**
 * Leaves out of a bill of all packages those that only build or test. (`npm sbom --omit dev` leaves out too much: also
 * what one workspace runs with, when another tests with it.) The project's own packages stay.
 * @throws Error naming what is shipped and not on the bill
 */
export function onlyShipped<T extends Bom>(bom: T, shipped: readonly LockedPackage[]): T {
  const wanted = new Set(shipped.map(refOf));
  const unwanted = new Set(
    lockedPackages()
      .map(refOf)
      .filter((ref) => !wanted.has(ref)),
  );
  const listed = new Set(bom.components.map((component) => component['bom-ref']));
  const missing = [...wanted].filter((ref) => !listed.has(ref));
  if (missing.length > 0) throw new Error(`npm sbom does not list ${missing.join(', ')}`);
  return {
    ...bom,
    // npm calls it as the folder is called.
    metadata: { ...bom.metadata, component: { ...bom.metadata.component, name: 'tickwatch' } },
    components: bom.components.filter((component) => !unwanted.has(component['bom-ref'])),
    dependencies: bom.dependencies
      .filter(({ ref }) => !unwanted.has(ref))
      .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter((name) => !unwanted.has(name)) })),
  };
}
