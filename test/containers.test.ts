import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { DCLinter } from 'dclint';
import { validate } from 'dockerfile-utils';
import t from 'tap';
import { parse } from 'yaml';
import { z } from 'zod';
import packageJson from '../package.json' with { type: 'json' };
import { environment } from '../src/config.ts';

/** No container engine takes part: what can be known without one is checked here. */
const root = new URL('../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');

const texts = z.array(z.string());
const service = z.looseObject({
  image: z.string().optional(),
  build: z.strictObject({ context: z.literal('.'), target: z.string() }).optional(),
  command: texts.default([]),
  restart: z.string().optional(),
  profiles: texts.default([]),
  environment: z.record(z.string(), z.string()),
  ports: texts.default([]),
  volumes: texts.default([]),
  tmpfs: texts.default([]),
  cap_drop: texts.default([]),
  security_opt: texts.default([]),
  read_only: z.boolean().default(false),
  depends_on: z.record(z.string(), z.object({ condition: z.string() })).default({}),
  stop_grace_period: z.string().default('10s'),
  ulimits: z.record(z.string(), z.number()).default({}),
});
const composeText = read('docker-compose.yml');
const { services } = z
  .looseObject({ services: z.object({ db: service, migrate: service, api: service, test: service }) })
  .parse(parse(composeText, { merge: true }));

/** The instructions of each stage of the Dockerfile, with its name. */
const stages = new Map(
  read('Dockerfile')
    .replace(/^#.*\n/gm, '')
    .replace(/\\\n\s*/g, '')
    .split(/^(?=FROM )/m)
    .map((stage) => stage.split('\n').filter((line) => line !== ''))
    .filter(([first = '']) => first.startsWith('FROM '))
    .map((lines) => [lines[0]?.split(' AS ')[1] ?? '', lines.slice(1)]),
);
const production = stages.get('production') ?? [];
const argumentsOf = (instruction: string) =>
  production
    .filter((line) => line.startsWith(`${instruction} `))
    .map((line) => line.slice(instruction.length + 1));

t.test('the Dockerfile has no fault that a linter finds', async (t) => {
  t.same(validate(read('Dockerfile')), []);
});

t.test('docker-compose.yml conforms to the compose specification and to good practice', async (t) => {
  const linter = new DCLinter({ rules: {}, quiet: true, debug: false, exclude: [] });
  const [result] = linter.lintFiles([fileURLToPath(new URL('docker-compose.yml', root))], false);
  const messages = z.array(z.looseObject({ type: z.string(), category: z.string() })).parse(result?.messages);
  const faults = messages.filter(({ type, category }) => type === 'error' || category !== 'style');
  t.same(faults, []);
});

t.test('the production image runs the service unprivileged, on Node 24', async (t) => {
  t.match(read('Dockerfile'), /^FROM node:24-slim AS base$/m);
  t.ok(packageJson.engines.node.includes('24'));
  t.same(argumentsOf('USER'), ['node']);
  t.same(argumentsOf('STOPSIGNAL'), ['SIGTERM']);
  t.same(argumentsOf('CMD'), ['["node", "--max-semi-space-size=8", "src/server.ts"]']);
  const afterUser = production.slice(production.indexOf('USER node'));
  t.notOk(afterUser.some((line) => /^(COPY|ADD|RUN) /.test(line)));
});

t.test('the production image has what the service reads, and no development dependency', async (t) => {
  t.match(stages.get('dependencies')?.join('\n'), 'npm ci --omit=dev --ignore-scripts');
  t.same(argumentsOf('COPY'), [
    '--from=dependencies /app/node_modules ./node_modules',
    'package.json LICENSE ./',
    'migrations ./migrations',
    'sql ./sql',
    'src ./src',
  ]);
  const sources = readdirSync(new URL('src/', root), { recursive: true, encoding: 'utf8' });
  for (const file of sources.filter((name) => name.endsWith('.ts'))) {
    for (const [, name = ''] of read(`src/${file}`).matchAll(
      /^(?:import|\}) (?!type\b).*?from '([^'.][^']*)'/gm,
    )) {
      const [scope = '', rest = ''] = name.split('/');
      const known = name.startsWith('node:') || (scope.startsWith('@') ? `${scope}/${rest}` : scope);
      t.ok(known === true || Object.hasOwn(packageJson.dependencies, known), `${file}: ${name}`);
    }
  }
});

t.test('the health check of the image says what /healthz says', async (t) => {
  const [check = ''] = argumentsOf('HEALTHCHECK');
  const [program, ...parameters] = texts.parse(JSON.parse(check.slice(check.indexOf('['))));
  t.equal(program, 'node');
  let status = 200;
  const server = createServer((request, response) => {
    response.writeHead(request.url === '/healthz' ? status : 404).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const run = async () => {
    const child = spawn(process.execPath, parameters, { env: { PORT: String(port) } });
    const [code] = await once(child, 'exit');
    return code;
  };
  t.equal(await run(), 0);
  status = 500;
  t.equal(await run(), 1);
  server.close();
  await once(server, 'close');
  t.equal(await run(), 1);
});

t.test('nothing secret gets into an image', async (t) => {
  const ignored = read('.dockerignore').split('\n');
  for (const name of ['.git', '.data', 'node_modules', '**/.env', '**/.env.*'])
    t.ok(ignored.includes(name), name);
});

t.test('every secret has to be set, and no other value does', async (t) => {
  const interpolations = [...composeText.matchAll(/\$\{(\w+)(:[?-])/g)];
  const namesWith = (operator: string) =>
    new Set(interpolations.filter((found) => found[2] === operator).map(([, name]) => name));
  t.same(namesWith(':-'), new Set(['API_DOCS', 'API_PORT', 'LOG_LEVEL']));
  const [, documented = ''] = read('docs/operations.md').match(/for name in ([A-Z_ ]+); do/) ?? [];
  t.same(namesWith(':?'), new Set(documented.split(' ')), 'docs/operations.md makes exactly these');

  const required = /^\$\{\w+:\?[^}]+\}$/;
  for (const [name, { environment: variables }] of Object.entries(services)) {
    for (const [variable, value] of Object.entries(variables)) {
      if (/PASSWORD|SECRET|PEPPER/.test(variable)) t.match(value, required, `${name} ${variable}`);
      const [, password] = value.match(/^postgresql:\/\/\w+:(.*)@db:5432\/\w+$/) ?? [];
      if (/URL$/.test(variable)) t.match(password, required, `${name} ${variable}`);
    }
  }
});

t.test('the containers of the service cannot gain privileges', async (t) => {
  for (const name of ['migrate', 'api', 'test'] as const) {
    t.same(services[name].cap_drop, ['ALL'], name);
    t.same(services[name].security_opt, ['no-new-privileges:true'], name);
  }
  for (const [name, options] of Object.entries(services)) {
    for (const option of ['privileged', 'network_mode', 'pid', 'cap_add', 'devices']) {
      t.notOk(option in options, `${name} ${option}`);
    }
    t.notMatch(options.volumes.join(), '/var/run');
  }
});

t.test(
  'the API runs on a read-only root, as pilot_app only, and is published on this machine only',
  async (t) => {
    const { api } = services;
    t.ok(api.read_only);
    t.same(api.tmpfs, ['/tmp']);
    t.same(api.volumes, []);
    t.match(api.environment.DATABASE_URL, /^postgresql:\/\/pilot_app:/);
    t.equal(api.environment.HOST, '0.0.0.0');
    for (const name of ['MIGRATION_DATABASE_URL', 'BOOTSTRAP_DATABASE_URL']) t.notOk(name in api.environment);
    t.match(api.ports.join(), /^127\.0\.0\.1:\S+:3000$/);
    t.same(api.depends_on, {
      db: { condition: 'service_healthy' },
      migrate: { condition: 'service_completed_successfully' },
    });
    const [, hardStopMs = ''] = read('src/server.ts').match(/hardStopMs = ([\d_]+)/) ?? [];
    t.ok(Number.parseInt(api.stop_grace_period, 10) * 1000 > Number(hardStopMs.replaceAll('_', '')));
  },
);

t.test('the database is not published, and keeps its data where PostgreSQL 18 does', async (t) => {
  t.equal(services.db.image, 'postgres:18');
  t.same(services.db.ports, []);
  t.same(services.db.volumes, ['database:/var/lib/postgresql']);
  t.ok('healthcheck' in services.db);
});

t.test('no container leaves a core dump, in which there would be what callers sent', async (t) => {
  for (const [name, { ulimits }] of Object.entries(services)) t.same(ulimits, { core: 0 }, name);
});

t.test('the migration runs once, roles first', async (t) => {
  t.equal(services.migrate.restart, 'no');
  t.match(services.migrate.command.at(-1), /main\.ts roles && exec node src\/cli\/main\.ts migrate$/);
  t.match(services.migrate.environment.MIGRATION_DATABASE_URL, /^postgresql:\/\/pilot_owner:/);
});

t.test('the suite keeps the passwords of the roles, and takes part only when asked', async (t) => {
  t.same(services.test.profiles, ['test']);
  t.equal(services.test.build?.target, 'test');
  const passwordIn = (url = '') => url.match(/:(\$.*)@/)?.[1];
  t.equal(
    services.test.environment.TEST_OWNER_PASSWORD,
    passwordIn(services.migrate.environment.MIGRATION_DATABASE_URL),
  );
  t.equal(services.test.environment.TEST_APP_PASSWORD, passwordIn(services.migrate.environment.DATABASE_URL));
});

t.test('compose uses stages and settings that exist', async (t) => {
  for (const name of ['migrate', 'api', 'test'] as const) {
    t.ok(stages.has(services[name].build?.target ?? ''), name);
  }
  for (const name of ['migrate', 'api'] as const) {
    for (const variable of Object.keys(services[name].environment))
      t.ok(variable in environment.shape, variable);
  }
});
