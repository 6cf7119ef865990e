import { readFileSync } from 'node:fs';
import t from 'tap';
import { z } from 'zod';
import { startTestService } from '../support/service.ts';
import { observe } from './support/observe.ts';
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
        targets: z.array(z.looseObject({ expr: z.string(), refId: z.string() })).default([]),
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
