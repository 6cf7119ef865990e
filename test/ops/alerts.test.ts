import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { parse } from 'yaml';
import { z } from 'zod';
import { startTestService } from '../support/service.ts';
import { observe } from './support/observe.ts';
import { promtool, skipWithoutPromtool } from './support/promtool.ts';
import { rules, rulesFile, selectorsOf } from './support/rules.ts';

/** The rules that wake operators, and what they find in the manual then. */
const root = new URL('../../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');
const alerts = rules.filter(({ alert }) => alert !== undefined);
const manual = read('docs/operations.md');
const testFiles = ['ops/alerts.test.yml', 'ops/alerts-intake.test.yml'];
const ruleTests = z.looseObject({
  tests: z.array(
    z.looseObject({
      alert_rule_test: z.array(
        z.looseObject({
          alertname: z.string(),
          exp_alerts: z.array(z.looseObject({ exp_labels: z.record(z.string(), z.string()) })).default([]),
        }),
      ),
    }),
  ),
});

t.test('the rules are rules', { skip: skipWithoutPromtool }, async (t) => {
  t.match(promtool(['check', 'rules', '--lint-fatal', fileURLToPath(rulesFile)]), { status: 0 });
});

for (const file of testFiles) {
  t.test(
    `each alert fires when it should and not otherwise: ${file}`,
    { skip: skipWithoutPromtool },
    async (t) => {
      const { status, output } = promtool(['test', 'rules', fileURLToPath(new URL(file, root))]);
      t.equal(status, 0, output);
    },
  );
}

t.test('every rule has a test in which it fires, and one in which it does not', async (t) => {
  const cases = testFiles.flatMap((file) =>
    ruleTests.parse(parse(read(file), { merge: true })).tests.flatMap((one) => one.alert_rule_test),
  );
  for (const { alert = '', labels } of alerts) {
    const own = cases.filter(({ alertname }) => alertname === alert);
    const firesIn = own.filter(({ exp_alerts }) =>
      exp_alerts.some(({ exp_labels }) =>
        Object.entries(labels).every(([name, is]) => exp_labels[name] === is),
      ),
    );
    t.not(firesIn.length, 0, `${alert} ${labels.window ?? ''} fires`);
    if (alert !== 'PilotWatchdog') t.not(firesIn.length, own.length, `${alert} does not fire`);
  }
});

t.test('every alert says what is wrong, how bad it is, and where to read on', async (t) => {
  for (const { alert = '', labels, annotations } of alerts) {
    t.match(labels.severity, alert === 'PilotWatchdog' ? 'none' : /^(warning|critical)$/, alert);
    t.match(annotations.summary, /^['"{A-Z].+\.$/, alert);
    t.equal(annotations.runbook_url, `{{ $externalLabels.runbooks }}#${alert.toLowerCase()}`);
    const [, section = ''] = manual.split(`\n### ${alert}\n`);
    const [text = ''] = section.split('\n#');
    for (const part of ['**Means.**', '**Look.**', '**Do.**']) t.ok(text.includes(part), `${alert} ${part}`);
  }
  const sections = [...manual.matchAll(/^### (Pilot\w+)$/gm)].map(([, name]) => name);
  t.same(new Set(sections), new Set(alerts.map(({ alert }) => alert)), 'and no section is about nothing');
});

t.test('one setting makes the links of all alerts', { skip: skipWithoutPromtool }, async (t) => {
  t.match(promtool(['check', 'config', fileURLToPath(new URL('ops/prometheus.yml', root))]), { status: 0 });
  t.match(
    read('ops/prometheus.yml'),
    /^ {2}external_labels:\n(?: +#.*\n)* {4}runbooks: \$\{RUNBOOKS_URL\}$/m,
  );
  t.match(read('docker-compose.yml'), /^ {6}RUNBOOKS_URL: \$\{RUNBOOKS_URL:-docs\/operations\.md\}$/m);
  t.match(manual, 'RUNBOOKS_URL=https://');
});

t.test('whatever the rules select, the service exposes from the start', async (t) => {
  const service = await startTestService(t);
  const { series } = await (await observe(t, service.app))();
  for (const { alert, record, expr } of rules)
    for (const { text, matches } of selectorsOf(expr))
      t.ok(series.some(matches), `${alert ?? record}: ${text}`);
});
