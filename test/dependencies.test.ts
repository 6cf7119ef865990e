import t from 'tap';
import packageJson from '../package.json' with { type: 'json' };
import { advisoryFloors } from './support/advisory-floors.ts';
import { belowAdvisoryFloor, lockedPackages } from './support/lock-file.ts';

/** What `npm ci` brings onto a machine. */
const packages = lockedPackages();

t.test('no locked package is older than a known vulnerability allows', async (t) => {
  t.same(belowAdvisoryFloor(packages), []);
  for (const { name, advisories } of advisoryFloors) {
    t.ok(
      packages.some((locked) => locked.name === name),
      `${name} is still among them`,
    );
    for (const advisory of advisories) t.match(advisory, /^GHSA(-[23456789cfghjmpqrvwx]{4}){3}$/);
  }
});

t.test('a copy below its floor is found, wherever in the tree it is', async (t) => {
  const old = [
    { name: 'fast-jwt', version: '6.3.0' },
    { name: 'fast-uri', version: '3.1.8' },
    { name: 'fast-uri', version: '4.1.4' },
  ];
  t.match(belowAdvisoryFloor([...packages, ...old]), [
    /^fast-jwt 6\.3\.0 .*GHSA-/,
    /^fast-uri 4\.1\.4 .*GHSA-/,
  ]);
});

t.test('every locked package is one published version with the digest of its content', async (t) => {
  t.ok(packages.length > 100);
  for (const { name, version, integrity = '', link } of packages) {
    t.match(version, /^\d+\.\d+\.\d+/, name);
    t.match(integrity, /^sha512-/, name);
    t.notOk(link, name);
  }
});

t.test('package.json names exact versions', async (t) => {
  for (const [name, version] of Object.entries({
    ...packageJson.dependencies,
    ...packageJson.devDependencies,
  })) {
    t.match(version, /^\d+\.\d+\.\d+(-[\w.]+)?$/, name);
  }
});

t.test('only packages that were allowed to run code at install', async (t) => {
  const allowed = Object.keys(packageJson.allowScripts);
  for (const { name } of packages.filter(({ hasInstallScript }) => hasInstallScript)) {
    t.ok(allowed.includes(name), name);
  }
});
