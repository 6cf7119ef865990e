import { randomUUID } from 'node:crypto';
import t from 'tap';
import { addAdmin, addMember, removeAdmin, removeMember } from '../../../src/database/provisioning.ts';
import { countRows, eventKinds, visible } from '../../support/events.ts';
import { startTestService } from '../../support/service.ts';

/** Who may write events, the same for all six (spec 2.2). */
const s = await startTestService(t);

for (const kind of eventKinds) {
  for (const who of ['owner', 'admin', 'editor', 'appAdmin'] as const) {
    t.test(`${kind.name}: ${who} may write`, async (t) => {
      t.equal((await s[who].post(kind.path, await kind.body(s))).status, 201);
    });
  }

  for (const who of ['viewer', 'stranger', 'ownerB'] as const) {
    t.test(`${kind.name}: ${who} may not write, and stores nothing`, async (t) => {
      const body = await kind.body(s);
      const before = await countRows(s, kind.table);
      const answer = await s[who].post(kind.path, body);
      t.equal(answer.status, 403);
      t.match(answer.body, { type: /forbidden$/, status: 403 });
      t.equal(await countRows(s, kind.table), before);
    });
  }

  t.test(`${kind.name}: an organisation that does not exist answers like one of others`, async (t) => {
    const headers = { 'x-request-id': randomUUID() };
    const body = await kind.body(s);
    const into = (orgId: string) => ({ ...body, [kind.orgField]: orgId });
    const foreign = await s.owner.post(kind.path, into(s.orgB), { headers });
    t.equal(foreign.status, 403);
    t.equal(foreign.headers.get('x-request-id'), headers['x-request-id']);
    for (const who of ['owner', 'stranger', 'appAdmin'] as const) {
      const nobodys = await s[who].post(kind.path, into(randomUUID()), { headers });
      t.strictSame(visible(nobodys), visible(foreign), who);
    }
  });

  t.test(`${kind.name}: an id that another organisation uses cannot be sensed by a non-member`, async (t) => {
    const headers = { 'x-request-id': randomUUID() };
    const used = { id: randomUUID(), ...(await kind.body(s)) };
    await s.owner.post(kind.path, used);
    const answers = [];
    for (const id of [used.id, randomUUID()]) {
      answers.push(visible(await s.ownerB.post(kind.path, { ...used, id }, { headers })));
    }
    t.strictSame(answers[0], answers[1]);
  });

  t.test(`${kind.name}: a membership counts as it is at the request`, async (t) => {
    const body = await kind.body(s);
    const status = async () => (await s.editor.post(kind.path, body)).status;
    t.equal(await status(), 201, 'as an editor');
    await s.asOwner((client) => addMember(client, s.orgA, s.editor.userId, 'viewer'));
    t.equal(await status(), 403, 'as a viewer');
    await s.asOwner((client) => addMember(client, s.orgA, s.editor.userId, 'admin'));
    t.equal(await status(), 201, 'as an admin');
    await s.asOwner((client) => removeMember(client, s.orgA, s.editor.userId));
    t.equal(await status(), 403, 'as a former member');
    await s.asOwner((client) => addAdmin(client, s.editor.userId));
    t.equal(await status(), 201, 'as an app admin');
    await s.asOwner((client) => removeAdmin(client, s.editor.userId));
    t.equal(await status(), 403, 'as nobody');
    await s.asOwner((client) => addMember(client, s.orgA, s.editor.userId, 'editor'));
  });
}
