import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
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
import { lockedPackages } from './support/lock-file.ts';

/** No container engine takes part: what can be known without one is checked here. */
const root = new URL('../', import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), 'utf8');

const texts = z.array(z.string());
const service = z.looseObject({
  image: z.string().optional(),
  build: z.strictObject({ context: z.literal('.'), target: z.string() }).optional(),
  entrypoint: texts.default([]),
  command: texts.default([]),
  restart: z.string().optional(),
  profiles: texts.default([]),
  environment: z.record(z.string(), z.string()).default({}),
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
const targets = z.looseObject({ static_configs: z.array(z.object({ targets: texts })) });
const names = z.looseObject({
  dns_sd_configs: z.array(z.object({ names: texts, type: z.literal('A'), port: z.int() })),
});
const composeText = read('docker-compose.yml');
const { services } = z
  .looseObject({
    services: z.strictObject({
      db: service,
      migrate: service,
      api: service,
      test: service,
      prometheus: service,
      alertmanager: service,
      grafana: service,
    }),
  })
  .parse(parse(composeText, { merge: true }));
/** What watches the service, and takes part only when asked. */
const watchers = ['prometheus', 'alertmanager', 'grafana'] as const;

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

t.test('the production image can bundle the page, on the platforms that servers have', async (t) => {
  t.match(read('src/dashboard/bundle.ts'), "import('esbuild')");
  t.ok(Object.hasOwn(packageJson.dependencies, 'esbuild'));
  const forProduction = lockedPackages().filter(({ dev }) => !dev);
  for (const platform of ['linux-x64', 'linux-arm64'])
    t.ok(
      forProduction.some(({ name }) => name === `@esbuild/${platform}`),
      platform,
    );
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
  const interpolations = [...composeText.matchAll(/(?<!\$)\$\{(\w+)(:[?-])/g)];
  const namesWith = (operator: string) =>
    new Set(interpolations.filter((found) => found[2] === operator).map(([, name]) => name));
  const ofWatchers = [
    'ALERTMANAGER_URL',
    'GRAFANA_ADMIN_PASSWORD',
    'GRAFANA_PORT',
    'PROMETHEUS_URL',
    'RUNBOOKS_URL',
  ];
  t.same(namesWith(':-'), new Set(['API_DOCS', 'API_PORT', 'LOG_LEVEL', ...ofWatchers]));
  const [, documented = ''] = read('docs/operations.md').match(/for name in ([A-Z_ ]+); do/) ?? [];
  t.same(
    new Set([...namesWith(':?'), 'GRAFANA_ADMIN_PASSWORD']),
    new Set(documented.split(' ')),
    'docs/operations.md makes exactly these',
  );

  const required = /^\$\{\w+:\?[^}]+\}$/;
  for (const [name, { environment: variables }] of Object.entries(services)) {
    // Its password is asked for by itself: see below.
    if (name === 'grafana') continue;
    for (const [variable, value] of Object.entries(variables)) {
      if (/PASSWORD|SECRET|PEPPER/.test(variable)) t.match(value, required, `${name} ${variable}`);
      const [, password] = value.match(/^postgresql:\/\/\w+:(.*)@db:5432\/\w+$/) ?? [];
      if (/DATABASE_URL$/.test(variable)) t.match(password, required, `${name} ${variable}`);
    }
  }
});

t.test('the containers cannot gain privileges', async (t) => {
  for (const name of ['migrate', 'api', 'test', ...watchers] as const) {
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

t.test(
  'what watches the service takes part only when asked, on a read-only root, in a fixed version',
  async (t) => {
    for (const name of watchers) {
      const { profiles, read_only, image = '', volumes } = services[name];
      t.same(profiles, ['observability'], name);
      t.ok(read_only, name);
      t.match(image, /^[a-z]+\/[a-z]+:v?\d+\.\d+\.\d+$/, name);
      for (const volume of volumes) {
        const [source = '', target = '', mode] = volume.split(':');
        if (!source.startsWith('./')) continue;
        t.equal(mode, 'ro', `${name} ${target}`);
        if (source !== './.alert-receivers') t.ok(existsSync(new URL(source, root)), `${name} ${source}`);
      }
    }
  },
);

t.test(
  'of what watches the service only Grafana is published, on this machine, behind its password',
  async (t) => {
    const { grafana, prometheus, alertmanager, api } = services;
    t.match(grafana.ports.join(), /^127\.0\.0\.1:\S+:3000$/);
    t.equal(grafana.environment.GF_AUTH_ANONYMOUS_ENABLED, 'false');
    t.same([prometheus.ports, alertmanager.ports], [[], []]);
    const { ADMIN_HOST, ADMIN_PORT = '' } = api.environment;
    t.equal(ADMIN_HOST, '0.0.0.0');
    t.notOk(
      api.ports.some((port) => port.includes(ADMIN_PORT)),
      'the metrics are not published',
    );
  },
);

t.test(
  'without the password of Grafana everything else starts, and Grafana says what is missing',
  async (t) => {
    const [program = '', ...parameters] = services.grafana.entrypoint.map((text) =>
      text.replaceAll('$$', '$').replace('/run.sh', 'echo started'),
    );
    const start = (password: string) =>
      spawnSync(program, parameters, {
        env: { PATH: process.env.PATH, GF_SECURITY_ADMIN_PASSWORD: password },
        encoding: 'utf8',
      });
    t.match(start('a-password'), { status: 0, stdout: 'started\n' });
    const refused = start('');
    t.not(refused.status, 0);
    t.equal(refused.stdout, '');
    t.match(refused.stderr, 'set GRAFANA_ADMIN_PASSWORD in .env');
  },
);

t.test('each of them is configured to find the others', async (t) => {
  const { scrape_configs, alerting, rule_files } = z
    .looseObject({
      rule_files: texts,
      alerting: z.object({ alertmanagers: z.array(targets) }),
      scrape_configs: z.array(names.extend({ job_name: z.string() })),
    })
    .parse(parse(read('ops/prometheus.yml')));
  const targetsOf = (list: readonly z.infer<typeof targets>[]) =>
    list.flatMap(({ static_configs }) => static_configs.flatMap((one) => one.targets));
  t.same(
    scrape_configs.map(({ job_name }) => job_name),
    ['pilot-evidence'],
  );
  t.same(
    scrape_configs.flatMap(({ dns_sd_configs }) => dns_sd_configs),
    [{ names: ['api'], type: 'A', port: Number(services.api.environment.ADMIN_PORT) }],
  );
  t.same(targetsOf(alerting.alertmanagers), ['alertmanager:9093']);
  for (const file of rule_files) {
    const mounted = services.prometheus.volumes.find((volume) => volume.includes(`/etc/prometheus/${file}`));
    t.match(mounted, `./ops/${file}:`, file);
  }
  const [dashboards] = z
    .looseObject({ providers: z.array(z.looseObject({ options: z.object({ path: z.string() }) })) })
    .parse(parse(read('ops/grafana/provisioning/dashboards/pilot-evidence.yml'))).providers;
  t.ok(services.grafana.volumes.includes(`./ops/grafana/dashboards:${dashboards?.options.path}:ro`));
  const [datasource] = z
    .looseObject({ datasources: z.array(z.looseObject({ uid: z.string(), url: z.string() })) })
    .parse(parse(read('ops/grafana/provisioning/datasources/prometheus.yml'))).datasources;
  t.equal(datasource?.url, 'http://prometheus:9090');
  const used = read('ops/grafana/dashboards/pilot-evidence.json').matchAll(
    /"type": "prometheus",\s+"uid": "([^"]+)"/g,
  );
  t.same(new Set([...used].map(([, uid]) => uid)), new Set([datasource?.uid]));
});

t.test('Alertmanager reads its addresses from files, and routes to receivers that exist', async (t) => {
  const text = read('ops/alertmanager.yml');
  const { route, receivers } = z
    .looseObject({
      route: z.looseObject({
        receiver: z.string(),
        routes: z.array(z.looseObject({ receiver: z.string() })),
      }),
      receivers: z.array(z.looseObject({ name: z.string() })),
    })
    .parse(parse(text));
  const names = receivers.map(({ name }) => name);
  t.same(names, ['watchdog', 'webhook', 'slack']);
  for (const { receiver } of [route, ...route.routes]) t.ok(names.includes(receiver), receiver);
  t.notMatch(text, /https?:\/\//, 'an address is a secret');
  const [, directory = ''] =
    services.alertmanager.volumes.join('\n').match(/alert-receivers:([^:]+):ro/) ?? [];
  for (const [, file = ''] of text.matchAll(/url_file: (\S+)/g)) t.match(file, `${directory}/`);
});

t.test(
  'the receivers of alerts are a directory of their own, which neither git nor an image takes',
  async (t) => {
    const [directory = ''] = services.alertmanager.volumes.filter((volume) => volume.includes('/receivers:'));
    t.match(directory, /^\.\/\.alert-receivers:/);
    for (const list of ['.gitignore', '.dockerignore']) t.match(read(list), /^\.alert-receivers\/?$/m, list);
    t.match(read('docs/operations.md'), '.alert-receivers/watchdog-url');
  },
);

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
