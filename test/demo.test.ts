import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import t, { type Test } from 'tap';

const run = promisify(execFile);
const demo = new URL('../src/demo/main.ts', import.meta.url).pathname;
const facts = new URL('../src/demo/kingston-services.facts.json', import.meta.url);

/** The numbers of a row of the first table that has one with this heading. */
function rowOf(text: string, heading: string): number[] {
  const [, cells = ''] = new RegExp(`│ ${heading} +│(.*)│$`, 'm').exec(text) ?? [];
  return cells.split('│').map(Number.parseFloat);
}

/** Every figure of the last of the four weeks is better than that of the first. */
function improves(t: Test, text: string): void {
  const lowerIsBetter = {
    'Failed contact rate': true,
    'Time to connection, median': true,
    'Referral completion capture rate': false,
    'Freshness SLA compliance': false,
    'Repeat failure rate': true,
    'Data-decay fatal error rate': true,
    'Preference-fit indicator': false,
  };
  for (const [name, isLower] of Object.entries(lowerIsBetter)) {
    const weeks = rowOf(text, name);
    const [first = Number.NaN, , , last = Number.NaN] = weeks;
    t.ok(isLower ? last < first : last > first, `${name}: ${weeks}`);
  }
}

t.test(
  'the demo plays a pilot that gets better, shows a refusal and the scorecard, and recognises itself the second time',
  async (t) => {
    const directory = await mkdtemp(join(tmpdir(), 'pilot-evidence-demo-'));
    await chmod(directory, 0o755);
    t.teardown(() => rm(directory, { recursive: true, force: true }));
    const play = async () => {
      const env = { PATH: process.env.PATH ?? '', DATA_DIR: directory, PORT: '0' };
      const { stdout, stderr } = await run(process.execPath, [demo, '--exit'], { env });
      return stdout + stderr;
    };
    const first = await play();
    t.match(first, /196 services/);
    t.match(first, /Demo shelter: [1-9]\d* created, [1-9]\d* updated, [1-9]\d* repeats recognised/);
    t.match(first, /"type": "\/problems\/privacy-key"/);
    t.equal(first.match(/M[1-7](_P\d\d)? /g)?.length, 18, 'nine figures of two organisations');
    t.equal(first.match(/^Decision: (proceed|iterate|kill)/gm)?.length, 2);
    t.match(first, /^Verdict: no_go$/m);
    t.same(first.match(/^Still missing: G0-\d/gm), ['Still missing: G0-3', 'Still missing: G0-8']);
    for (const name of ['Demo shelter', 'Demo housing navigators']) {
      const [, rest = ''] = first.split(`${name}, week by week`);
      improves(t, rest);
      const states = ['crisis', 'high demand', 'standard'].map((tier) => rowOf(rest, tier));
      for (const [, overdue, withinLimit] of states) t.ok(overdue && withinLimit, `${name}: ${states}`);
      t.ok(states.some(([neverChecked]) => neverChecked));
    }
    const [, wholeCycle = ''] = first.split('All organisations, week by week');
    improves(t, wholeCycle);
    const second = await play();
    t.match(second, /^Verdict: no_go$/m);
    t.match(second, /Demo shelter: 0 created, 0 updated/);
  },
);

t.test('the directory of the demo holds facts and no contact details or prose', async (t) => {
  const services: Record<string, unknown>[] = JSON.parse(await readFile(facts, 'utf8'));
  t.equal(services.length, 196);
  const keys = ['category', 'fields_present', 'has_place', 'id', 'name', 'verification_level', 'verified_on'];
  for (const service of services) {
    t.same(Object.keys(service).sort(), keys);
    t.notMatch(JSON.stringify(service), /@|https?:|\d{3}[ .-]?\d{4}/);
  }
});
