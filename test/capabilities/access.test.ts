import t from 'tap';
import { addMember, createCycle, createOrganization } from '../../src/database/provisioning.ts';
import { type Caller, startTestService } from '../support/service.ts';

/** GET /access. */
const s = await startTestService(t);

const read = async (who: Caller) => {
  const answer = await who.get('/access');
  t.equal(answer.status, 200);
  return answer.body;
};
const namesOf = (organizations: { name: string }[]) => organizations.map(({ name }) => name);

for (const role of ['owner', 'admin', 'editor', 'viewer'] as const) {
  t.test(`an ${role} sees the own organisation, and what the role permits there`, async (t) => {
    const answer = await read(s[role]);
    t.strictSame(Object.keys(answer), ['is_app_admin', 'organizations', 'cycles']);
    t.equal(answer.is_app_admin, false);
    t.strictSame(answer.organizations, [
      {
        org_id: s.orgA,
        name: 'Organisation A',
        time_zone: 'America/Toronto',
        role,
        permissions: role === 'viewer' ? ['canViewAnalytics'] : ['canCreateServices', 'canViewAnalytics'],
      },
    ]);
  });
}

t.test('what is offered is what the service then permits', async (t) => {
  for (const who of [s.owner, s.editor, s.viewer, s.ownerB, s.appAdmin]) {
    const { organizations } = await read(who);
    for (const org of [s.orgA, s.orgB]) {
      const offered: string[] =
        organizations.find(({ org_id }: { org_id: string }) => org_id === org)?.permissions ?? [];
      const body = { pilot_cycle_id: 'cycle-a', org_id: org };
      const computed = await who.post('/metrics/recompute', body);
      t.equal(computed.status, offered.includes('canCreateServices') ? 200 : 403);
      const shown = await who.get(`/scope/readiness?${new URLSearchParams(body)}`);
      t.equal(shown.status, offered.includes('canViewAnalytics') ? 200 : 403);
    }
  }
});

t.test('an app admin sees every organisation by name, with a role only as a member', async (t) => {
  await s.asOwner(async (client) => {
    const own = await createOrganization(client, 'Aardvark House', 'America/Vancouver');
    await addMember(client, own, s.appAdmin.userId, 'viewer');
  });
  const answer = await read(s.appAdmin);
  t.equal(answer.is_app_admin, true);
  t.strictSame(namesOf(answer.organizations), ['Aardvark House', 'Organisation A', 'Organisation B']);
  t.strictSame(
    answer.organizations.map(({ role }: { role: unknown }) => role),
    ['viewer', null, null],
  );
  for (const { permissions } of answer.organizations)
    t.strictSame(permissions, ['canCreateServices', 'canViewAnalytics']);
});

t.test('a member of several sees them by name, each with the role there, and no others', async (t) => {
  await s.asOwner(async (client) => {
    await addMember(client, s.orgA, s.ownerB.userId, 'viewer');
    await createOrganization(client, 'Zebra House', 'America/Toronto');
  });
  const answer = await read(s.ownerB);
  t.match(answer.organizations, [
    { org_id: s.orgA, role: 'viewer', permissions: ['canViewAnalytics'] },
    { org_id: s.orgB, role: 'owner', permissions: ['canCreateServices', 'canViewAnalytics'] },
  ]);
  t.equal(answer.organizations.length, 2);
});

t.test('cycles come with the latest start first, those without one at the end', async (t) => {
  await s.asOwner(async (client) => {
    await createCycle(client, 'spring', '2026-03-02', '2026-03-30');
    await createCycle(client, 'autumn', '2026-09-01');
    await createCycle(client, 'also-spring', '2026-03-02');
  });
  t.strictSame((await read(s.viewer)).cycles, [
    { pilot_cycle_id: 'autumn', starts_on: '2026-09-01', ends_on: null },
    { pilot_cycle_id: 'also-spring', starts_on: '2026-03-02', ends_on: null },
    { pilot_cycle_id: 'spring', starts_on: '2026-03-02', ends_on: '2026-03-30' },
    { pilot_cycle_id: 'cycle-a', starts_on: null, ends_on: null },
    { pilot_cycle_id: 'cycle-b', starts_on: null, ends_on: null },
  ]);
});

t.test('who takes part in nothing is refused, and so is whoever no longer does', async (t) => {
  t.equal((await s.stranger.get('/access')).status, 403);
  await s.asOwner((client) =>
    client.query('DELETE FROM pilot.organization_members WHERE user_id = $1', [s.viewer.userId]),
  );
  const answer = await s.viewer.get('/access');
  t.equal(answer.status, 403);
  t.notMatch(answer.text, 'Organisation');
});
