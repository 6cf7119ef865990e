import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { startTestService } from '../support/service.ts';
import { observe } from './support/observe.ts';
import { promtool, skipWithoutPromtool } from './support/promtool.ts';
import { rules, rulesFile, selectorsOf } from './support/rules.ts';

/** The rules that wake operators, and what they find in the manual then. */
const root = new URL('../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');
const alerts = rules.filter(({ alert }) => alert !== undefined);
const manual = read('docs/operations.md');

t.test('the rules are rules', { skip: skipWithoutPromtool }, async (t) => {
  t.match(promtool(['check', 'rules', '--lint-fatal', fileURLToPath(rulesFile)]), { status: 0 });
});

for (const file of ['ops/alerts.test.yml', 'ops/alerts-intake.test.yml']) {
  t.test(
    `each alert fires when it should and not otherwise: ${file}`,
    { skip: skipWithoutPromtool },
    async (t) => {
      const { status, output } = promtool(['test', 'rules', fileURLToPath(new URL(file, root))]);
      t.equal(status, 0, output);
    },
  );
}

t.test('every alert has a test in which it fires, and one in which it does not', async (t) => {
  const tests = read('ops/alerts.test.yml') + read('ops/alerts-intake.test.yml');
  for (const { alert = '' } of alerts) {
    t.match(tests, new RegExp(`alertname: ${alert}\\n +exp_alerts:`), `${alert} fires`);
    t.match(tests, new RegExp(`alertname: ${alert}\\n(?! +exp_alerts:)`), `${alert} does not fire`);
  }
});

t.test('every alert says what is wrong, how bad it is, and where to read on', async (t) => {
  for (const { alert = '', labels, annotations } of alerts) {
    t.match(labels.severity, /^(warning|critical)$/, alert);
    t.match(annotations.summary, /^['"{A-Z].+\.$/, alert);
    t.equal(annotations.runbook_url, `docs/operations.md#${alert.toLowerCase()}`);
    const [, section = ''] = manual.split(`\n### ${alert}\n`);
    const [text = ''] = section.split('\n#');
    for (const part of ['**Means.**', '**Look.**', '**Do.**']) t.ok(text.includes(part), `${alert} ${part}`);
  }
  const sections = [...manual.matchAll(/^### (Pilot\w+)$/gm)].map(([, name]) => name);
  t.same(new Set(sections), new Set(alerts.map(({ alert }) => alert)), 'and no section is about nothing');
});

t.test('whatever the rules select, the service exposes from the start', async (t) => {
  const service = await startTestService(t);
  const { series } = await (await observe(t, service.app))();
  for (const { alert, record, expr } of rules)
    for (const { text, matches } of selectorsOf(expr))
      t.ok(series.some(matches), `${alert ?? record}: ${text}`);
});
