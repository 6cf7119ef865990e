import pg from 'pg';
import t, { type Test } from 'tap';
import { type Answer, service as listing } from '../support/service.ts';
import { type Ailment, failingConnection, failingInsert, failingStatement } from './support/ailments.ts';
import { type Fate, startOnCuttableLine } from './support/cuttable-proxy.ts';
import { fatalError } from './support/postgres-frames.ts';
import { moveClockAhead } from './support/time-travel.ts';

/**
 * Only infrastructure opens a breaker: a database that is away, ill or silent, whether it says so by a code or not. The
 * scope policy opens after five failures in a row, and tries again two seconds later; its writes share no transaction, so
 * that five at a time are five failures.
 */
const failuresToOpen = 5;
const holdMs = 2_000;
const { service, line } = await startOnCuttableLine(t, {
  config: { preparedStatements: false, statementTimeoutMs: 1_000 },
});
const table = 'pilot_service_scope';
// Each of them in a cycle of its own, so that none waits for another's row.
const cycles = Array.from({ length: failuresToOpen }, (_, index) => `cycle-${index}`);
await service.asSuperuser((client) =>
  client.query('INSERT INTO pilot.pilot_cycles (id) SELECT unnest($1::text[])', [cycles]),
);
const entry = { org_id: service.orgA, service_id: listing, sla_tier: 'standard' };
const enter = (pilot_cycle_id = cycles[0]) =>
  service.owner.post('/scope/services', { ...entry, pilot_cycle_id });
const isGood = ({ status }: Answer) => status === 200 || status === 201;
const openings = () => service.log().split('"breaker_opened"').length - 1;

/** The statuses of as many failures as open the breaker, all at once. */
async function failures({ make, heal }: Ailment): Promise<Set<number>> {
  await make();
  const answers = await Promise.all(cycles.map(enter));
  await heal();
  return new Set(answers.map(({ status }) => status));
}

async function opens(t: Test, ailment: Ailment): Promise<void> {
  const before = openings();
  t.same(await failures(ailment), new Set([503]));
  t.equal(openings(), before + 1, 'it opens');
  moveClockAhead(t, holdMs);
  t.ok(isGood(await enter()), 'and closes once the ailment is healed');
}

async function staysClosed(t: Test, ailment: Ailment, status: number): Promise<void> {
  const before = openings();
  t.same(await failures(ailment), new Set([status]));
  t.ok(isGood(await enter()), 'it serves as soon as the ailment is healed');
  t.equal(openings(), before);
}

const infrastructure = {
  connection: ['08000', '08001', '08003', '08004', '08006', '08007', '08P01'],
  resources: ['53000', '53100', '53200', '53300', '53400'],
  operator: ['57P01', '57P02', '57P03', '57P04', '57P05'],
  system: ['58000', '58030', '58P01', '58P02', 'XX000', 'XX001', 'XX002'],
  transaction: ['25006', '25P03', '25P04'],
  access: ['28000', '28P01', '3D000'],
};
for (const sqlstate of Object.values(infrastructure).flat()) {
  t.test(`${sqlstate} opens the breaker`, (t) => opens(t, failingInsert(service, table, sqlstate)));
}

for (const sqlstate of ['53300', '57P03', '28000', '28P01', '3D000']) {
  t.test(`${sqlstate} instead of a connection opens the breaker`, (t) =>
    opens(t, failingConnection(line, fatalError(sqlstate))),
  );
}

const withoutCode: [what: string, ailment: Ailment][] = [
  ['a connection that is refused', failingConnection(line, 'refused')],
  ['a connection that is reset', failingConnection(line, 'reset')],
  ['a connection that nobody answers', failingConnection(line, 'silence')],
  [
    'a connection to an HTTP server',
    failingConnection(line, Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')),
  ],
];
const fates: [what: string, fate: Fate][] = [
  ['cut off', 'cut'],
  ['answered by silence', 'silenced'],
  ['answered by the end of the session', { answered: fatalError('57P01'), hangUp: true }],
  ['answered by the end of the connection', { answered: Buffer.of(), hangUp: true }],
  ['answered by half a message', { answered: Buffer.from('T\0\0\x01\0'), hangUp: true }],
  [
    'answered by a row description that describes nothing',
    { answered: Buffer.from('T\0\0\0\x04'), hangUp: false },
  ],
  ['answered by zeros', { answered: Buffer.alloc(1_000), hangUp: false }],
];
for (const [what, fate] of fates) {
  for (const beginning of ['BEGIN', 'INSERT', 'COMMIT']) {
    withoutCode.push([`${beginning} that is ${what}`, failingStatement(line, beginning, fate)]);
  }
}
for (const [what, ailment] of withoutCode) {
  t.test(`${what} opens the breaker`, (t) => opens(t, ailment));
}

const answeredAll = {
  503: ['40001', '40P01', '55P03', '57014'],
  422: ['23503'],
  409: ['23505'],
  500: [
    ...['22003', '22008', '22021', '22P02', '23502', '23514', '23P01', '25P02', '40002', '42501', '42703'],
    ...['42883', '42P01', '0A000', '3F000', 'P0001'],
  ],
};
for (const [status, sqlstates] of Object.entries(answeredAll)) {
  for (const sqlstate of sqlstates) {
    t.test(`${sqlstate} is ${status}, and the breaker stays closed`, (t) =>
      staysClosed(t, failingInsert(service, table, sqlstate), Number(status)),
    );
  }
}

const inTables = (make: string, heal: string): Ailment => ({
  make: () => service.asSuperuser((client) => client.query(make)),
  heal: () => service.asSuperuser((client) => client.query(heal)),
});
const holder = new pg.Client(service.urls.superuser);
await holder.connect();
t.teardown(() => holder.end());

const real: [what: string, status: number, ailment: Ailment][] = [
  [
    'a table that is not there',
    501,
    inTables(`ALTER TABLE pilot.${table} RENAME TO gone`, `ALTER TABLE pilot.gone RENAME TO ${table}`),
  ],
  [
    'a grant that is missing',
    500,
    inTables(`REVOKE SELECT ON pilot.${table} FROM pilot_app`, `GRANT SELECT ON pilot.${table} TO pilot_app`),
  ],
  [
    'a table that somebody holds',
    503,
    {
      make: () => holder.query(`BEGIN; LOCK TABLE pilot.${table}`),
      heal: () => holder.query('ROLLBACK'),
    },
  ],
];
for (const [what, status, ailment] of real) {
  t.test(`${what} is ${status}, and the breaker stays closed`, (t) => staysClosed(t, ailment, status));
}

t.test('a refusal by the database, which should have been ours, is an alert', async (t) => {
  t.match(service.log(), '"event":"row_level_security_alert"');
});
