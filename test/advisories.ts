import { execFile } from 'node:child_process';
import { z } from 'zod';
import { advisoryFloors } from './support/advisory-floors.ts';
import { belowAdvisoryFloor, lockedPackages } from './support/lock-file.ts';

/**
 * `npm run advisories`: checks the lock file against the advisories that the registry knows. Of what runs in production none
 * may apply; of what only develops and tests, none that is high or critical. Where the registry tells none, the floors that
 * we keep decide. Says which of both was done; exits with 1 when something is found.
 */
const report = z.object({
  auditReportVersion: z.literal(2),
  vulnerabilities: z.record(z.string(), z.object({ severity: z.string(), range: z.string() })),
});

/** What the registry finds at this level or above, or undefined when it does not answer. */
async function askRegistry(level: string, ...parameters: string[]): Promise<string[] | undefined> {
  const levels = ['info', 'low', 'moderate', 'high', 'critical'];
  const output = await new Promise<string>((resolve) => {
    // It exits with 1 both when it finds something and when it cannot ask; what it prints tells them apart.
    execFile(
      'npm',
      ['audit', '--json', '--fetch-timeout=20000', '--fetch-retries=1', ...parameters],
      (_error, stdout) => resolve(stdout),
    );
  });
  const parsed = report.safeParse(JSON.parse(output || '{}'));
  if (!parsed.success) return undefined;
  return Object.entries(parsed.data.vulnerabilities)
    .filter(([, { severity }]) => levels.indexOf(severity) >= levels.indexOf(level))
    .map(([name, { severity, range }]) => `${name} ${range}: ${severity}`);
}

const ofProduction = await askRegistry('info', '--omit=dev');
const ofAll = await askRegistry('high');
const packages = lockedPackages();
const answered = ofProduction !== undefined && ofAll !== undefined;
const found = answered ? [...new Set([...ofProduction, ...ofAll])] : belowAdvisoryFloor(packages);

for (const line of found) console.log(line);
console.log(
  answered
    ? `The registry knows ${found.length} advisories against the ${packages.length} locked packages.`
    : `The registry tells no advisories. Of the ${advisoryFloors.length} packages with a floor of our own, ${found.length} copies are below it.`,
);
process.exit(found.length === 0 ? 0 : 1);
