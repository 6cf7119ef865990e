import { readFileSync } from 'node:fs';
import semver from 'semver';
import { z } from 'zod';
import { advisoryFloors } from './advisory-floors.ts';

const lockFile = z.object({
  lockfileVersion: z.literal(3),
  packages: z.record(
    z.string(),
    z.object({
      version: z.string(),
      integrity: z.string().optional(),
      link: z.boolean().optional(),
      dev: z.boolean().optional(),
      hasInstallScript: z.boolean().optional(),
    }),
  ),
});

export type LockedPackage = z.infer<typeof lockFile>['packages'][string] & { name: string };

/** Every copy of every package that `npm ci` would install. */
export function lockedPackages(): LockedPackage[] {
  const text = readFileSync(new URL('../../package-lock.json', import.meta.url), 'utf8');
  const { packages } = lockFile.parse(JSON.parse(text));
  return Object.entries(packages)
    .filter(([path]) => path !== '')
    .map(([path, locked]) => ({ ...locked, name: path.split('node_modules/').at(-1) ?? '' }));
}

/** The copies that are older than a known vulnerability allows, each with what it would bring along. */
export function belowAdvisoryFloor(packages: readonly LockedPackage[]): string[] {
  return advisoryFloors.flatMap(({ name, safe, advisories }) =>
    packages
      .filter((locked) => locked.name === name && !semver.satisfies(locked.version, safe))
      .map(({ version }) => `${name} ${version} is not ${safe}: ${advisories.join(', ')}`),
  );
}
