import t from 'tap';
import { sendCallerErrors } from '../support/caller-errors.ts';
import { startTestService } from '../support/service.ts';
import { everyWrite } from '../support/writes.ts';

const count = 600;

t.test(
  'whatever callers do wrong, however often, moves no breaker and keeps nobody else from being served',
  async (t) => {
    const service = await startTestService(t);
    const { sent, unexpected, transitions } = await sendCallerErrors(service, count);
    t.same({ sent, unexpected, transitions }, { sent: count, unexpected: [], transitions: [] });
    for (const { name, who, request, first } of everyWrite) {
      const { method, path, body } = await request(service);
      t.match(await service[who][method](path, body), first, name);
    }
  },
);
