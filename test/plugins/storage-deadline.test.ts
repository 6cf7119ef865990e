import t from 'tap';
import { contactAttemptBody, countRows } from '../support/events.ts';
import { startTestService } from '../support/service.ts';
import { refused } from './support/refused.ts';

/** Nobody waits for the database longer than one statement may take and half a second. */

t.test('whoever waits in vain for a turn is turned away, and does not try once the turn comes', async (t) => {
  const service = await startTestService(t, { config: { poolMax: 1, statementTimeoutMs: 300 } });
  await service.asSuperuser(async (client) => {
    await client.query('BEGIN; LOCK TABLE pilot.organization_members');
    const answers = await Promise.all(
      Array.from({ length: 12 }, () =>
        service.owner.post('/events/contact-attempt', contactAttemptBody(service.orgA)),
      ),
    );
    for (const answer of answers) refused(t, answer, 'unavailable');
    const turnedAway = answers.filter(({ body }) => /holding back/.test(body.detail));
    t.ok(
      turnedAway.length >= 6,
      `${turnedAway.length} of 12 were turned away while one after the other tried`,
    );
    await client.query('ROLLBACK');
  });
  const good = await service.owner.post('/events/contact-attempt', contactAttemptBody(service.orgA));
  t.equal(good.status, 201);
  t.equal(await countRows(service, 'pilot_contact_attempt_events'), 1);
});
