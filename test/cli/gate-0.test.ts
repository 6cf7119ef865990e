import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { unzipSync, zipSync } from 'fflate';
import t from 'tap';
import { storeBaseline } from '../support/baselines.ts';
import { cycle, otherCycle, otherService, service, startTestService } from '../support/service.ts';
import { isFailure, pilot, settingsOf } from './pilot.ts';

/** gate-0 package and gate-0 verify */
const s = await startTestService(t);
const directory = await mkdtemp(join(tmpdir(), 'pilot-evidence-gate-0-'));
t.teardown(() => rm(directory, { recursive: true, force: true }));
const settings = settingsOf(s.urls);
const at = (name: string) => join(directory, name);
const make = (name: string, ...more: string[]) =>
  pilot(settings, 'gate-0', 'package', '--json', '--cycle', cycle, '--out', at(name), ...more);
const verify = (name: string) => pilot({}, 'gate-0', 'verify', '--json', at(name));
const asOf = async () =>
  (
    await s.asSuperuser((client) => client.query('SELECT clock_timestamp() AS moment'))
  ).rows[0].moment.toISOString();

t.before(async () => {
  await s.appAdmin.put('/gate-0/approvals/D1', {
    choice: 'Reach a service | at the *first* attempt <b>',
    owner: 'governance-lead',
    decision_date: '2026-03-10',
    status: 'locked',
  });
  await s.appAdmin.put('/integration-feasibility/controls/C1', {
    owner: 'legal-lead',
    due_date: '2026-03-20',
    status: 'pending',
  });
  await s.appAdmin.put('/gate-0/threat-findings/lost-device', {
    severity: 'high',
    likelihood: 'low',
    status: 'open',
  });
  await s.appAdmin.put('/gate-0/claims/claim-7', { source_kind: 'internal', status: 'open' });
  await s.appAdmin.put('/gate-0/partners/north', {
    pilot_cycle_id: cycle,
    role: 'provider',
    name: 'Provider north',
    status: 'confirmed',
  });
  await s.appAdmin.put('/gate-0/partners/elsewhere', {
    pilot_cycle_id: otherCycle,
    role: 'provider',
    name: 'Of another cycle',
    status: 'confirmed',
  });
  await s.owner.post('/scope/services', {
    pilot_cycle_id: cycle,
    org_id: s.orgA,
    service_id: service,
    sla_tier: 'crisis',
  });
  await storeBaseline(s, s.orgA);
});

const contents = async (name: string) =>
  new Map(
    Object.entries(unzipSync(await readFile(at(name)))).map(([path, bytes]) => [
      path,
      Buffer.from(bytes).toString(),
    ]),
  );

t.test('a package has every document for machines and for people, and verify finds it whole', async (t) => {
  const made = await make('whole.zip');
  t.match(made, { code: 0, json: { verdict: 'no_go', sha256: /^[0-9a-f]{64}$/ } });
  const files = await contents('whole.zip');
  const documents = [
    'gate-evaluation',
    'approvals',
    'integration-decision',
    'threat-report',
    'claim-log',
    'partners',
    'readiness',
  ];
  for (const name of documents) {
    t.ok(files.has(`${name}.json`) && files.has(`${name}.md`), name);
    t.match(
      JSON.parse(files.get(`${name}.json`) ?? '{}'),
      { pilot_cycle_id: cycle, as_of: made.json.as_of },
      name,
    );
  }
  t.equal([...files.keys()].filter((path) => /^baseline-[0-9a-f-]{36}\.(json|md)$/.test(path)).length, 2);
  t.ok(files.has('readiness.csv') && files.has('README.md'));
  t.match(files.get('README.md'), /NO GO/);
  t.notMatch([...files.values()].join(), /Of another cycle/);
  t.match(
    files.get('approvals.md'),
    'Reach a service \\| at the \\*first\\* attempt \\<b\\>',
    'a text means nothing to Markdown',
  );
  const { body } = await s.viewer.get(`/gate-0?pilot_cycle_id=${cycle}&as_of=${made.json.as_of}`);
  t.same(
    JSON.parse(files.get('gate-evaluation.json') ?? '{}'),
    body,
    'the verdict is the one of the service',
  );
  t.match(await verify('whole.zip'), {
    code: 0,
    json: { whole: true, faults: [], sha256: made.json.sha256 },
  });
});

t.test('two packages of the same records and moment are the same to the byte', async (t) => {
  const moment = await asOf();
  await make('one.zip', '--as-of', moment);
  await s.appAdmin.put('/gate-0/claims/claim-8', { source_kind: 'internal', status: 'open' });
  const scoped = { pilot_cycle_id: cycle, org_id: s.orgB, service_id: otherService, sla_tier: 'standard' };
  await s.ownerB.post('/scope/services', scoped);
  await make('other.zip', '--as-of', moment);
  const [one, other] = [await readFile(at('one.zip')), await readFile(at('other.zip'))];
  t.ok(one.equals(other));
  t.notMatch((await contents('one.zip')).get('claim-log.json'), /claim-8/);
  await make('later.zip');
  t.match((await contents('later.zip')).get('claim-log.json'), /claim-8/);
});

t.test('one changed byte is found, wherever it is', async (t) => {
  const good = await readFile(at('one.zip'));
  const places = Array.from({ length: 12 }, (_, index) => Math.floor((index * (good.length - 1)) / 11));
  for (const place of places) {
    const bad = Buffer.from(good);
    bad[place] = (bad[place] ?? 0) ^ 1;
    await writeFile(at('bad.zip'), bad);
    const { code, json } = await verify('bad.zip');
    t.match({ code, whole: json?.whole }, { code: 1, whole: false }, `byte ${place}`);
  }
});

t.test(
  'a file that is changed, missing or added is named or counted, also when the archive is well made',
  async (t) => {
    const files = unzipSync(await readFile(at('one.zip')));
    const { 'claim-log.md': _, ...fewer } = files;
    for (const [what, changed, faults] of [
      ['changed', { ...files, 'approvals.md': Buffer.from('All is well.') }, ['approvals.md was changed.']],
      ['missing', fewer, ['claim-log.md is missing.']],
      [
        'of another moment, by its manifest',
        {
          ...files,
          'manifest.json': Buffer.from(
            String(Buffer.from(files['manifest.json'] ?? [])).replace(/"as_of": "20\d\d/, '"as_of": "2020'),
          ),
        },
        ['The manifest or the archive is not what packing these files makes.'],
      ],
      ['added', { ...files, 'more.md': Buffer.from('x') }, ['1 file is not in the manifest.']],
    ] as const) {
      await writeFile(at('bad.zip'), zipSync(changed, { level: 0, mtime: new Date(1980, 0, 1) }));
      t.match(await verify('bad.zip'), { code: 1, json: { whole: false, faults } }, what);
    }
  },
);

t.test('what cannot be done is said in one line', async (t) => {
  await writeFile(at('text.zip'), 'no archive');
  t.match(await verify('text.zip'), { code: 1, json: { faults: [/^This is no evidence package/] } });
  isFailure(
    t,
    await make('x.zip', '--as-of', '2999-01-01T00:00:00Z'),
    /^--as-of must be a time that has passed\.$/m,
  );
  isFailure(t, await pilot({}, 'gate-0', 'verify', at('nothing.zip')), /^The file cannot be read\.$/m);
  isFailure(
    t,
    await pilot(settings, 'gate-0', 'package', '--cycle', 'no-such', '--out', at('x.zip')),
    /^There is no cycle with the id in --cycle\.$/m,
  );
  isFailure(
    t,
    await pilot(settings, 'gate-0', 'package', '--out', at('x.zip')),
    /^There are several cycles\. Name one with --cycle\.$/m,
  );
  isFailure(
    t,
    await pilot(settings, 'gate-0', 'package', '--cycle', cycle, '--out', at('no/such/x.zip')),
    /^The file in --out cannot be written\.$/m,
  );
});
