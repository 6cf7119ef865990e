import { readFileSync, statSync } from 'node:fs';
import t from 'tap';
import { at } from '../support/events.ts';
import { cycle, startTestService, type TestService } from '../support/service.ts';
import { databaseFailures } from './support/database-failures.ts';
import { randomWord } from './support/encodings.ts';
import { installFailurePoints } from './support/failure-points.ts';
import { findIn } from './support/search.ts';
import { whileFailing } from './support/while-failing.ts';

const logFile = process.env.TEST_SERVER_LOG ?? '';
const options = logFile === '' ? { skip: 'the log of this PostgreSQL is not known' } : {};

/** Everything that brings values into the server's log. */
const talkative = {
  log_statement: 'all',
  log_min_messages: 'info',
  log_min_error_statement: 'info',
  log_error_verbosity: 'verbose',
  log_parameter_max_length: '-1',
  log_parameter_max_length_on_error: '-1',
  log_min_duration_statement: '0',
  log_duration: 'on',
};

/** Makes the log of a database talkative, for everybody or for one role. It counts for sessions that begin afterwards. */
async function makeTalkative({ asSuperuser }: TestService, role?: string): Promise<void> {
  await asSuperuser(async (client) => {
    for (const [name, value] of Object.entries(talkative)) {
      const whose = role === undefined ? 'DATABASE %I' : `ROLE ${role} IN DATABASE %I`;
      await client.query(
        `DO $$ BEGIN EXECUTE format('ALTER ${whose} SET ${name} = ''${value}''', current_database()); END $$`,
      );
    }
  });
}

/** Sends the word in an event that the database fails in every way, and then in one that is stored. */
async function sendThroughFailures(service: TestService, word: string): Promise<void> {
  const { owner, orgA } = service;
  const send = async () => {
    const { status } = await owner.post('/events/preference-fit', {
      pilot_cycle_id: cycle,
      org_id: orgA,
      cohort_label: word,
      recorded_at: at,
      preferred_via_careconnect: true,
    });
    return status;
  };
  await service.asSuperuser(installFailurePoints);
  for (const failure of databaseFailures) {
    await whileFailing(service, failure, async (attempt) => {
      const status = await attempt(send);
      if (status !== failure.status) throw new Error(`${failure.name} answered ${status}`);
    });
  }
  const status = await send();
  if (status !== 201) throw new Error(`without a failure it answered ${status}`);
}

/** What PostgreSQL writes to its log while `work` is done. */
async function logDuring(work: () => Promise<void>): Promise<string> {
  const from = statSync(logFile).size;
  await work();
  return readFileSync(logFile).subarray(from).toString();
}

t.test(
  "the role's settings keep values out of PostgreSQL's log, whatever those of the database are",
  options,
  async (t) => {
    const [word, wordOfSuperuser] = [randomWord(), randomWord()];
    const service = await startTestService(t);
    await makeTalkative(service);
    const log = await logDuring(async () => {
      await sendThroughFailures(service, word);
      await service.asSuperuser((client) => client.query('SELECT pilot.fail($1)', [wordOfSuperuser]));
    });
    t.ok(findIn(log, [wordOfSuperuser]), 'the log has what a role without these settings does');
    t.equal(findIn(log, [word]), undefined);
  },
);

t.test(
  "what a superuser sets for the role in one database wins, and is beyond the service's control",
  options,
  async (t) => {
    const word = randomWord();
    const service = await startTestService(t);
    await makeTalkative(service, 'pilot_app');
    const log = await logDuring(() => sendThroughFailures(service, word));
    t.ok(findIn(log, [word]));
    t.match(log, 'deadlock detected');
  },
);
