import t from 'tap';
import { isFailure, pilot } from './pilot.ts';

const user = '0190a6ef-1111-7000-8000-000000000001';

const commands = [
  'roles',
  'migrate',
  'verify',
  'preflight',
  'org create',
  'org list',
  'member add',
  'member remove',
  'admin add',
  'admin remove',
  'cycle create',
  'cycle change',
  'services import',
  'services facts',
  'token',
  'metric list',
  'metric sql',
  'events send',
  'baseline',
  'readiness',
  'gate-0 package',
  'gate-0 verify',
  'retention policy',
  'retention plan',
  'retention apply',
  'retention log',
];

t.test('every command explains itself in a sentence, with an example', async (t) => {
  for (const command of commands) {
    const { code, stdout, stderr } = await pilot({}, ...command.split(' '), '--help');
    t.equal(code, 0, command);
    t.equal(stderr, '');
    t.match(stdout, /^Usage: npm run -s pilot -- /);
    t.match(stdout, /\n\n[A-Z][^\n]*(\n[^\n]+)*\.\n/, 'a sentence');
    t.ok(stdout.includes(`Example:\n  npm run -s pilot -- ${command}`), 'an example');
    t.match(stdout, /--json/);
  }
});

t.test('the list of commands is complete', async (t) => {
  const { code, stdout } = await pilot({}, '--help');
  t.equal(code, 0);
  for (const command of commands) t.match(stdout, new RegExp(`^  ${command.split(' ')[0]}\\b`, 'm'));
});

const misuses: [words: string, line: RegExp][] = [
  ['', /^Name a command; "npm run -s pilot -- --help" lists them\.$/m],
  ['org', /^Name a command/],
  ['nonsense', /^Unknown command/],
  ['org create', /^Required option '--name <name>' not specified\.$/m],
  ['org list --nonsense', /^Unknown option '--nonsense'\.$/m],
  ['org list more', /^Too many arguments/],
  ['services import', /^Missing required argument 'file'\.$/m],
  ['org create --name x --time-zone Mars/Olympus', /^--time-zone must be the name of a time zone/],
  ['org create --name x --time-zone +05:00', /^--time-zone must be/],
  ['org create --name 613-555-0134', /^--name must be/],
  [`member add --org x --user ${user} --role editor`, /^--org must be a UUID\.$/m],
  [`member add --org ${user} --user x --role editor`, /^--user must be a UUID\.$/m],
  [
    `member add --org ${user} --user ${user} --role king`,
    /^--role must be owner, admin, editor or viewer\.$/m,
  ],
  ['admin add --user x', /^--user must be a UUID\.$/m],
  ['cycle create --id 613-555-0134', /^--id must be an identifier/],
  ['cycle create --id c --starts yesterday', /^--starts must be a date/],
  ['cycle change --id c', /^Say what to change: --starts, --ends, or both\.$/m],
  [
    'cycle create --id c --starts 2026-03-02 --ends 2026-03-01',
    /^--ends must be a date .*not before --starts/,
  ],
  ['preflight --depth deep', /^--depth must be full, safe or ultra-safe\.$/m],
  ['migrate --status --mark-applied 1', /^Only one of --status and --mark-applied may be given\.$/m],
  ['migrate --mark-applied first', /^--mark-applied must be the number of a migration\.$/m],
  [`token --user ${user} --ttl 1y`, /^--ttl must be a time/],
  [`token --user ${user} --ttl 367d`, /^--ttl must be a time/],
  ['services import /nowhere/at-all.json', /^The file does not exist\.$/m],
  ['services facts /', /^The file cannot be read\.$/m],
  [`metric sql M9 --cycle c --org ${user} --user ${user}`, /^METRIC must be one of M1, /],
  [
    `metric sql M1 --cycle c --org ${user} --user ${user} --window-start 2026-03-02T00:00:00Z --window-end 2026-03-02T00:00:00Z`,
    /^--window-end must be a time .*after --window-start\.$/m,
  ],
  [`metric sql M1 --cycle c --org ${user} --user ${user} --as-of 2026-03-02`, /^--as-of must be a time/],
  [
    `baseline --cycle c --org ${user} --start 2026-02-02 --end 2026-02-02`,
    /^--end must be a date .*after --start\.$/m,
  ],
  [`baseline --cycle c --org ${user} --start 2026-02-30 --end 2026-03-02`, /^--start must be a date/],
  ['readiness --cycle c', /^Required option '--out <directory>' not specified\.$/m],
  ['readiness --cycle 613-555-0134 --out .', /^--cycle must be an identifier/],
  ['readiness --cycle c --out . --org x', /^--org must be a UUID\.$/m],
  ['readiness --cycle c --out . --scope-file /nowhere', /^The file in --scope-file cannot be read\.$/m],
  ['events send', /^Missing required argument 'file'\.$/m],
  ['events send q.ndjson', /^A token is needed/],
  ['events send q.ndjson --token-file /nowhere/at-all', /^The file does not exist\.$/m],
  ['events send q.ndjson --url ftp://localhost', /^--url must be the http\(s\) address/],
  ['events send q.ndjson --url http://user@localhost', /^--url must be/],
  ['events send q.ndjson --batch-size 1001', /^--batch-size must be a number from 1 to 1000\.$/m],
  ['events send q.ndjson --max-wait forever', /^--max-wait must be a time/],
  ['retention plan --as-of 2026-03-29', /^--as-of must be a time/],
  ['retention apply', /^Required option '--digest <digest>' not specified\.$/m],
  ['retention apply --digest 0x1', /^--digest must be the digest of a plan, 64 hexadecimal digits\.$/m],
];

t.test('what is called wrongly fails before anything is connected, with and without --json', async (t) => {
  for (const [position, [words, line]] of misuses.entries()) {
    const given = words === '' ? [] : words.split(' ');
    const form = position % 2 === 0 ? [] : ['--json'];
    isFailure(t, await pilot({ DATA_DIR: '/nowhere' }, ...given, ...form), line);
  }
});

t.test('settings that do not do are said in one line, without their values', async (t) => {
  const outcome = await pilot({ DATABASE_URL: 'mysql://secret', LOG_LEVEL: 'shout' }, 'org', 'list');
  isFailure(t, outcome, /^DATABASE_URL must be .*LOG_LEVEL must be/);
  t.notMatch(outcome.stderr, /secret|shout/);
});
