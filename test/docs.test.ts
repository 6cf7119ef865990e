import { existsSync, readdirSync, readFileSync } from 'node:fs';
import t from 'tap';
import packageJson from '../package.json' with { type: 'json' };
import { metricIds, metricQueries } from '../src/capabilities/metric-queries.ts';
import { rules } from '../src/capabilities/retention/policy.ts';
import { environment } from '../src/config.ts';
import { meaningOfSqlstate, problemTypes } from '../src/errors.ts';
import { withDictionary } from '../src/metric-dictionary.ts';
import { troubles } from '../src/plugins/logging.ts';

const root = new URL('../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');
const decisions = readdirSync(new URL('docs/decisions/', root)).filter((file) => file !== 'README.md');
const pages = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  'SECURITY.md',
  ...readdirSync(new URL('docs/', root))
    .filter((file) => file.endsWith('.md'))
    .map((file) => `docs/${file}`),
  'docs/decisions/README.md',
  ...decisions.map((file) => `docs/decisions/${file}`),
];

/** The cells of every table row of a page whose first cell is code. */
function rowsOf(text: string): string[][] {
  return [...text.matchAll(/^\| (`.*) \|$/gm)].map(([, row = '']) => row.split(' | '));
}

/** The part of a page under one heading, up to the next of the same depth. */
function section(page: string, heading: string): string {
  const [, rest = ''] = read(page).split(`\n${heading}\n`);
  const depth = heading.split(' ')[0] ?? '';
  return rest.split(`\n${depth} `)[0] ?? '';
}

t.test('the README opens with what the service is and the two commands', async (t) => {
  const [opening = ''] = read('README.md').split('\n## ');
  t.match(opening, /^# Pilot Evidence\n\n[A-Z]/);
  t.match(opening, '\nnpm ci && npm run demo\n');
  t.match(opening, '\nnpm ci && npm test\n');
});

t.test('the settings table of the README is the schema of the environment', async (t) => {
  const expected = Object.entries(environment.shape).map(([name, schema]) => {
    const byDefault = schema.parse(undefined);
    return [`\`${name}\``, byDefault === undefined ? 'unset' : `\`${byDefault}\``, schema.description];
  });
  t.same(rowsOf(section('README.md', '## Settings')), expected);
});

t.test('docs/errors.md explains every code of the registry, with its status, and no other', async (t) => {
  const explained = [...read('docs/errors.md').matchAll(/^### (.+)\n\n(\d{3})\. /gm)];
  const registry = Object.entries(problemTypes).map(([code, { status }]) => [code, String(status)]);
  t.same(
    explained.map(([, code, status]) => [code, status]),
    registry,
  );
  t.equal(read('docs/errors.md').match(/^### /gm)?.length, registry.length);
});

t.test('docs/errors.md gives every SQLSTATE the meaning that the storage layer gives it', async (t) => {
  const rows = rowsOf(section('docs/errors.md', '## From SQLSTATE to an answer'));
  t.ok(rows.length > 15);
  for (const [cell = '', meaning] of rows) {
    const code = cell.match(/^`(\w+)`/)?.[1] ?? '';
    t.equal(`\`${meaningOfSqlstate(code.padEnd(5, '0'))}\``, meaning, code);
  }
});

t.test('docs/operations.md lists every event of the log, and only fields that exist', async (t) => {
  const listed = (name: string) => {
    const [, list = ''] =
      read('src/plugins/logging.ts').match(`const ${name} = \\[([^\\]]*)\\] as const`) ?? [];
    return [...list.matchAll(/'(\w+)'/g)].map(([, word]) => word);
  };
  const rows = rowsOf(section('docs/operations.md', '## The log'));
  t.same(new Set(rows.map(([event]) => event?.replaceAll('`', ''))), new Set(listed('eventCodes')));
  const loud = rows.filter(([, level = '']) => /warn|error/.test(level));
  t.same(
    new Set(loud.map(([event]) => event?.replaceAll('`', ''))),
    new Set(troubles),
    'warnings and errors',
  );
  const fields = new Set(listed('fields'));
  for (const [event, , cell = ''] of rows) {
    for (const [, field] of cell.matchAll(/`(\w+)`/g)) t.ok(fields.has(field), `${event} ${field}`);
  }
});

t.test(
  'docs/metrics.md is what the headers of the saved queries say; if not, run "npm run dictionary"',
  async (t) => {
    const text = read('docs/metrics.md');
    t.ok(withDictionary(text) === text);
    for (const { file, header } of metricQueries) {
      t.match(text, `\`${header.query_id}\` v${header.query_version} |`);
      t.match(text, `(../sql/metrics/${file})`);
    }
    for (const id of metricIds) t.match(text, new RegExp(`^\\|.*\\b${id}\\b.*\\|$`, 'm'));
  },
);

t.test('docs/operations.md has the windows of the retention policy', async (t) => {
  const expected = rules.map(({ table, window, trigger }) => [`\`${table}\``, window, `\`${trigger}\``]);
  t.same(rowsOf(section('docs/operations.md', '## Retention')), expected);
});

t.test('docs/metrics.md names every saved query with its version', async (t) => {
  const text = read('docs/metrics.md');
  for (const { file, header } of metricQueries) {
    t.match(text, `\`${header.query_id}\` v${header.query_version} |`);
    t.match(text, `(../sql/metrics/${file})`);
  }
  for (const id of metricIds) t.match(text, new RegExp(`^\\|.*\\b${id}\\b.*\\|$`, 'm'));
});

t.test('the index of decisions lists every decision, numbered without a gap', async (t) => {
  const listed = [...read('docs/decisions/README.md').matchAll(/^\| (\d+) \| \[(.+)\]\((.+)\) \|$/gm)];
  t.same(
    listed.map(([, , , file]) => file),
    decisions,
  );
  listed.forEach(([, number, title, file], index) => {
    t.equal(Number(number), index + 1);
    t.match(file, new RegExp(`^${String(index + 1).padStart(4, '0')}-`));
    const text = read(`docs/decisions/${file}`);
    t.ok(text.startsWith(`# ${number}. ${title}\n`), `${file} has the title of the index`);
    for (const part of ['## Context', '## Decision', '## Alternatives', '## Consequences', 'Drawbacks: ']) {
      t.match(text, `\n${part}`, `${file} ${part}`);
    }
  });
});

t.test('every link inside the documentation leads somewhere', async (t) => {
  const anchor = (heading: string) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-');
  for (const page of pages) {
    for (const [, target = ''] of read(page).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^https?:/.test(target)) continue;
      const { pathname, hash } = new URL(target, new URL(page, root));
      const file = new URL(`file://${pathname}`);
      if (!t.ok(existsSync(file), `${page}: ${target}`) || hash === '') continue;
      const headings = [...readFileSync(file, 'utf8').matchAll(/^#+ (.+)$/gm)];
      const anchors = headings.map(([, text = '']) => anchor(text));
      t.ok(anchors.includes(hash.slice(1)), `${page}: ${target}`);
    }
  }
});

t.test('every npm script that the documentation names exists', async (t) => {
  for (const page of pages) {
    for (const [, name = ''] of read(page).matchAll(/npm run (?:-s )?(\w+)/g)) {
      t.ok(Object.hasOwn(packageJson.scripts, name), `${page}: ${name}`);
    }
  }
});
