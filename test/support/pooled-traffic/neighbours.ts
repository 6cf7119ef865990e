import pg from 'pg';
import { cycle, service } from '../service.ts';
import type { Look } from './look.ts';
import type { Member } from './members.ts';
import type { Finding, Outcome, Tally } from './tally.ts';

/** Plain database clients that share the pooler's server connection with the service. */

/** One way to use a connection: how its transaction ends, and what is found in it. */
interface Habit {
  outcome: Outcome;
  use(client: pg.Client, member: Member, look: Look): Promise<Finding[]>;
}

const becomeMember =
  "SELECT set_config('pilot.user_id', $1, true), set_config('statement_timeout', '9876', true)";
const seeOrganizations =
  'SELECT id AS org FROM pilot.organizations UNION SELECT recorded_by_org_id FROM pilot.pilot_contact_attempt_events';

async function begin(client: pg.Client, { userId }: Member): Promise<void> {
  await client.query('BEGIN');
  await client.query(becomeMember, [userId]);
}

function onlyOwn({ rows }: pg.QueryResult<{ org: string }>, { orgId }: Member): Finding[] {
  if (rows.length === 1 && rows[0]?.org === orgId) return [];
  return [{ kind: 'leak', what: 'a member saw other organisations than their own' }];
}

/** A transaction that fails at `statement` with `sqlstate`, and nevertheless asks for COMMIT. */
const failing = (outcome: Outcome, sqlstate: string, statement: (member: Member) => string): Habit => ({
  outcome,
  async use(client, member) {
    await begin(client, member);
    const answer = await client.query(statement(member)).then(
      () => 'accepted',
      (error: unknown) => {
        if (isLost(error)) throw error;
        return error instanceof pg.DatabaseError ? error.code : undefined;
      },
    );
    const { command } = await client.query('COMMIT');
    if (answer === sqlstate && command === 'ROLLBACK') return [];
    return [{ kind: 'leak', what: `instead of ${sqlstate} and ROLLBACK came ${answer} and ${command}` }];
  },
});

const habits: readonly Habit[] = [
  {
    outcome: 'committed',
    async use(client, _member, look) {
      await client.query('BEGIN');
      const findings = await look(client, 'inside');
      await client.query('COMMIT');
      return findings;
    },
  },
  {
    outcome: 'committed',
    async use(client, member) {
      await begin(client, member);
      const findings = onlyOwn(await client.query(seeOrganizations), member);
      await client.query('COMMIT');
      return findings;
    },
  },
  {
    // All in one packet, as the service begins.
    outcome: 'committed',
    async use(client, member) {
      const [, , seen] = await Promise.all([
        client.query('BEGIN'),
        client.query(becomeMember, [member.userId]),
        client.query<{ org: string }>(seeOrganizations),
      ]);
      await client.query('COMMIT');
      return onlyOwn(seen, member);
    },
  },
  failing('aborted', '22012', () => 'SELECT 1 / 0'),
  failing(
    'aborted',
    '42501',
    (member) => `INSERT INTO pilot.pilot_service_scope (org_id, id, pilot_cycle_id, service_id, sla_tier)
      VALUES ('${member.neighbour().orgId}', gen_random_uuid(), '${cycle}', '${service}', 'crisis')`,
  ),
  failing('timed out', '57014', () => 'SET LOCAL statement_timeout = 10; SELECT pg_sleep(5)'),
  {
    outcome: 'left by its client',
    async use(client, member) {
      await begin(client, member);
      await client.query(seeOrganizations);
      const ended = new Promise((resolve) => client.once('end', resolve));
      client.connection.stream.destroy();
      await ended;
      return [];
    },
  },
];

/** The connection is gone, and the transaction with it: nothing to find in that. */
function isLost(error: unknown): boolean {
  return !(error instanceof pg.DatabaseError) || /^(08|57P)/.test(error.code ?? '');
}

/** Looks at the connection and then uses it in the next of the ways, as long as `goesOn`; opens another when it is lost. */
export async function beNeighbour(
  url: string,
  member: Member,
  look: Look,
  tally: Tally,
  goesOn: () => boolean,
): Promise<void> {
  for (let turn = 0; goesOn(); ) {
    const client = new pg.Client({ connectionString: url, pipeline: true });
    let isOpen = true;
    const close = () => {
      isOpen = false;
    };
    client.on('error', close).on('end', close);
    client.on('notice', ({ code }) => tally.found('dirty', `PostgreSQL gave notice ${code}`));
    try {
      await client.connect();
      while (isOpen && goesOn()) {
        tally.findings.push(...(await look(client, 'outside')));
        tally.count('committed');
        const habit = habits[turn++ % habits.length];
        if (!habit) continue;
        tally.findings.push(...(await habit.use(client, member, look)));
        tally.count(habit.outcome);
      }
    } catch (error) {
      if (!isLost(error)) throw error;
    } finally {
      await client.end();
    }
  }
}
