import { randomUUID } from 'node:crypto';
import t from 'tap';
import { eventKinds } from '../../support/events.ts';
import { startTestService } from '../../support/service.ts';

const testService = await startTestService(t);

for (const kind of eventKinds) {
  t.test(
    `${kind.name}: a new event is created, and the same again is replayed with the first arrival`,
    async (t) => {
      const body = { id: randomUUID(), ...(await kind.body(testService)) };
      const first = await testService.owner.post(kind.path, body);
      t.equal(first.status, 201);
      t.match(first.body, { id: body.id, status: 'created', recorded_at: /^\d{4}-.*Z$/ });
      const again = await testService.owner.post(kind.path, body);
      t.equal(again.status, 200);
      t.same(again.body, { ...first.body, status: 'replayed' });
    },
  );
}
