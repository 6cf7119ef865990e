import { globSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';

/** The rules by which the source is laid out (spec 8), read from the source itself. */
const root = fileURLToPath(new URL('../', import.meta.url));

interface Import {
  /** A file of ours, from the root of the project, or the name of a package. */
  from: string;
  isTypeOnly: boolean;
}

interface SourceFile {
  path: string;
  text: string;
  imports: Import[];
}

function readSource(path: string): SourceFile {
  const text = readFileSync(join(root, path), 'utf8');
  const statements = text.matchAll(
    /^(?:import|export)\s+(type\s)?(?:[^'";]*?\sfrom\s+)?'([^']+)'|import\('([^']+)'\)/gm,
  );
  const imports = [...statements].map(([, type, fixed, dynamic]): Import => {
    const from = fixed ?? dynamic ?? '';
    return { from: from.startsWith('.') ? join(dirname(path), from) : from, isTypeOnly: type !== undefined };
  });
  return { path, text, imports };
}

const files = globSync('src/**/*.ts', { cwd: root }).map(readSource);
const byPath = new Map(files.map((file) => [file.path, file]));
const within = (...folders: string[]) =>
  files.filter(({ path }) => folders.some((folder) => path.startsWith(`src/${folder}/`)));

t.test('the source was found', async (t) => {
  t.ok(byPath.get('src/app.ts')?.imports.some(({ from }) => from === 'src/plugins/storage.ts'));
  t.ok(
    files.every(({ imports }) => imports.every(({ from }) => !from.startsWith('src/') || byPath.has(from))),
  );
});

t.test('only src/database imports pg, other than its types', async (t) => {
  const importers = files.filter(({ imports }) =>
    imports.some(({ from, isTypeOnly }) => /^pg\b/.test(from) && !isTypeOnly),
  );
  t.not(importers.length, 0);
  for (const { path } of importers) t.match(path, /^src\/database\//);
});

t.test(
  'only src/config.ts reads the environment; the embedded database hands PATH on to its programs',
  async (t) => {
    const uses = files.flatMap(({ path, text }) =>
      [
        ...text.matchAll(/\bprocess\.env\b(?:\.\w+|\[[^\]]*\])?|\{[^{}]*\benv\b[^{}]*\}\s*=\s*process\b/g),
      ].map(([use]) => `${path}: ${use}`),
    );
    const handsOn = uses.filter((use) =>
      /^src\/database\/embedded-[a-z]+\.ts: process\.env\.PATH$/.test(use),
    );
    t.equal(handsOn.length, 1);
    t.same(
      uses.filter((use) => !handsOn.includes(use)),
      ['src/config.ts: process.env'],
    );
  },
);

t.test('no layer imports one above it', async (t) => {
  const forbidden: Record<string, RegExp> = {
    database: /^src\/(?!database\/|errors\.ts|version\.ts)/,
    dashboard: /^src\/(capabilities|cli|database|demo|gate-0|plugins)\/|^src\/(app|service|server)\.ts/,
    plugins: /^src\/(capabilities|cli|demo|gate-0)\/|^src\/(app|service|server)\.ts/,
    'gate-0': /^src\/(cli|demo)\/|^src\/(app|service|server|config)\.ts/,
    capabilities: /^src\/(cli|demo|gate-0)\/|^src\/(app|service|server|config)\.ts/,
  };
  for (const [layer, pattern] of Object.entries(forbidden)) {
    for (const { path, imports } of within(layer)) {
      // What runs in browsers has a rule of its own.
      if (path.startsWith('src/dashboard/page/')) continue;
      t.same(
        imports.filter(({ from }) => pattern.test(from)),
        [],
        path,
      );
    }
  }
});

t.test(
  'the page takes types from the service, and no code: what it runs is its own or made for browsers',
  async (t) => {
    const forBrowsers = /^(chart\.js|chartjs-chart-sankey|lit-html|oauth4webapi)(\/|$)/;
    const page = within('dashboard/page');
    t.not(page.length, 0);
    for (const { path, imports } of page) {
      const code = imports.filter(({ isTypeOnly }) => !isTypeOnly).map(({ from }) => from);
      t.same(
        code.filter((from) => !from.startsWith('src/dashboard/page/') && !forBrowsers.test(from)),
        [],
        path,
      );
    }
    const others = files.filter(({ path }) => !path.startsWith('src/dashboard/page/'));
    t.same(
      others.filter(({ imports }) => imports.some(({ from }) => from.startsWith('src/dashboard/page/'))),
      [],
      'and no code of the service is for browsers',
    );
  },
);

t.test('a capability imports only what is its own, and what lies in the folders above it', async (t) => {
  for (const { path, imports } of within('capabilities')) {
    const ours = imports.filter(({ from }) => from.startsWith('src/capabilities/'));
    const foreign = ours.filter(({ from }) => relative(dirname(from), dirname(path)).startsWith('..'));
    t.same(foreign, [], path);
  }
});

t.test('every .sql under src is loaded by a module beside it', async (t) => {
  for (const path of globSync('src/**/*.sql', { cwd: root })) {
    const beside = files.filter((file) => dirname(file.path) === dirname(path));
    t.ok(
      beside.some(({ text }) => text.includes(`'${basename(path)}'`)),
      path,
    );
  }
});

t.test('capabilities and plugins keep their SQL in .sql files', async (t) => {
  const sql =
    /['"`][^'"`\n]*\b(SELECT|INSERT\s+INTO|UPDATE\s+\w+\s+SET|DELETE\s+FROM|BEGIN|COMMIT|set_config)\b/;
  for (const { path, text } of within('capabilities', 'gate-0', 'plugins')) t.notMatch(text, sql, path);
});

t.test(
  'statements are loaded from files with fixed names, so that nothing is ever pasted into one',
  async (t) => {
    for (const { path, text } of within('capabilities', 'gate-0', 'plugins')) {
      const calls = text.match(/\bloadStatement\(/g) ?? [];
      const fixed = text.match(/\bloadStatement\(\s*import\.meta\.url,\s*'[\w./-]+\.sql',/g) ?? [];
      t.equal(fixed.length, calls.length, path);
    }
  },
);

t.test('no file has more than 350 lines', async (t) => {
  for (const { path, text } of files) t.ok(text.split('\n').length <= 351, path);
});

t.test('no file imports itself, by whatever way round', async (t) => {
  const finished = new Set<string>();
  const cycles: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    if (trail.includes(path)) cycles.push([...trail.slice(trail.indexOf(path)), path].join(' -> '));
    if (trail.includes(path) || finished.has(path)) return;
    for (const { from } of byPath.get(path)?.imports ?? []) visit(from, [...trail, path]);
    finished.add(path);
  };
  for (const { path } of files) visit(path, []);
  t.same(cycles, []);
});

t.test(
  'every plugin has a name, and every capability goes without the wrapper that would open it to others',
  async (t) => {
    const wrapped = files.filter(({ imports }) => imports.some(({ from }) => from === 'fastify-plugin'));
    for (const { path, text } of wrapped) {
      t.match(path, /^src\/plugins\//);
      t.match(text, new RegExp(`name: '${basename(path, '.ts')}'`), path);
    }
  },
);

t.test('every breaker policy has a name of its own', async (t) => {
  const names = within('capabilities').flatMap(({ text }) =>
    [...text.matchAll(/BreakerPolicy = \{\s*name: '([^']+)'/g)].map(([, name]) => name),
  );
  const storages = within('capabilities').flatMap(({ text }) => text.match(/\bapp\.storage\(/g) ?? []);
  t.not(names.length, 0);
  t.equal(names.length, storages.length);
  t.equal(new Set(names).size, names.length);
});
