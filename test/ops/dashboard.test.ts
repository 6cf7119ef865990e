import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { stringify } from 'yaml';
import { z } from 'zod';
import { startTestService } from '../support/service.ts';
import { observe } from './support/observe.ts';
import { promtool, skipWithoutPromtool } from './support/promtool.ts';
import { rules, selectorsOf } from './support/rules.ts';

/** The dashboard of operators, beside what the service really exposes. */
const file = new URL('../../ops/grafana/dashboards/pilot-evidence.json', import.meta.url);

const dashboard = z
  .looseObject({
    uid: z.string(),
    title: z.string(),
    templating: z.object({ list: z.array(z.looseObject({ name: z.string(), query: z.unknown() })) }),
    panels: z.array(
      z.looseObject({
        id: z.int(),
        title: z.string(),
        type: z.string(),
        description: z.string().optional(),
        gridPos: z.object({ x: z.int(), y: z.int(), w: z.int(), h: z.int() }),
        targets: z
          .array(z.looseObject({ expr: z.string(), refId: z.string(), format: z.string().optional() }))
          .default([]),
        transformations: z.array(z.looseObject({ id: z.string(), options: z.unknown() })).default([]),
      }),
    ),
  })
  .parse(JSON.parse(readFileSync(file, 'utf8')));

t.test('whatever the dashboard shows, the service exposes, with these labels', async (t) => {
  const service = await startTestService(t);
  const { types, series } = await (await observe(t, service.app))();
  const records = new Set(rules.flatMap(({ record }) => record ?? []));
  for (const { title, targets } of dashboard.panels) {
    for (const { expr } of targets) {
      for (const { metric, labels } of selectorsOf(expr)) {
        const family = metric.replace(/_(bucket|sum|count)$/, '');
        t.ok(types.has(metric) || types.has(family), `${title}: ${metric}`);
        const known = series.filter(({ name }) => name === metric);
        for (const label of labels)
          t.ok(
            known.length === 0 || known.some((one) => label in one.labels),
            `${title}: ${metric} ${label}`,
          );
      }
      for (const [, name = ''] of expr.matchAll(/\b(pilot:[\w:]+)/g))
        t.ok(records.has(name), `${title}: ${name}`);
    }
  }
});

t.test('a table has a column for each label and one for the value, and none for the time', async (t) => {
  const tables = dashboard.panels.filter(({ type }) => type === 'table');
  t.equal(tables.length, 5);
  for (const { title, targets, transformations } of tables) {
    for (const target of targets) t.match(target, { format: 'table', instant: true, range: false }, title);
    t.match(
      transformations,
      [{ id: 'organize', options: { excludeByName: { Time: true }, renameByName: { Value: /\w/ } } }],
      title,
    );
  }
});

t.test('what was wrong for the first time is in the tables', { skip: skipWithoutPromtool }, async (t) => {
  const tables = dashboard.panels.filter(({ title }) => title.startsWith('What was wrong'));
  t.equal(tables.length, 2);
  for (const { title, targets } of tables) {
    const expr = (targets[0]?.expr ?? '').replaceAll('$instance', '.*');
    const [, metric = ''] = expr.match(/(pilot_\w+)/) ?? [];
    const one = `${metric}{job="pilot-evidence",instance="a",problem="invalid-request"`;
    const path = join(t.testdir(), 'panel.test.yml');
    const series = [
      { series: `${one},code="required"}`, values: '_x100 1x40' },
      { series: `${one},code="too_big"}`, values: '2x100 5x40' },
      { series: `${one},code="too_small"}`, values: '7x140' },
    ];
    const samples = [
      { labels: '{problem="invalid-request",code="too_big"}', value: 3 },
      { labels: '{problem="invalid-request",code="required"}', value: 1 },
    ];
    const test = {
      interval: '1m',
      input_series: series,
      promql_expr_test: [{ expr, eval_time: '2h', exp_samples: samples }],
    };
    writeFileSync(path, stringify({ tests: [test] }));
    const { status, output } = promtool(['test', 'rules', path]);
    t.equal(status, 0, `${title}: ${output}`);
  }
});

t.test(
  'the dashboard has panels that do not overlap, each with a title and a question that is asked',
  async (t) => {
    const cells = new Set<string>();
    const ids = new Set<number>();
    for (const { id, title, type, gridPos, targets } of dashboard.panels) {
      t.notOk(ids.has(id), `${title}: an id of its own`);
      ids.add(id);
      t.ok(title.length > 3 && (type === 'row' || targets.length > 0), title);
      t.ok(gridPos.x + gridPos.w <= 24, `${title}: within the width`);
      for (let x = gridPos.x; x < gridPos.x + gridPos.w; x += 1)
        for (let y = gridPos.y; y < gridPos.y + gridPos.h; y += 1) {
          if (cells.has(`${x} ${y}`)) t.fail(`${title} overlaps`);
          cells.add(`${x} ${y}`);
        }
    }
  },
);
