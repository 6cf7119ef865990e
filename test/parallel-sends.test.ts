import t from 'tap';
import { eventKinds } from './support/events.ts';
import { meeting } from './support/meeting.ts';
import { type Answer, startTestService } from './support/service.ts';
import { stateChanges, storedState } from './support/stored-state.ts';
import { repeatableWrites } from './support/writes.ts';

/** Fifty parallel sends of one id are one write, whichever kind it is. */
// On a busy machine fifty take a while, and none of them may be turned away for that.
const service = await startTestService(t, { config: { statementTimeoutMs: 10_000 } });
const sends = 50;
const sharing = new Set(['referral update', ...eventKinds.map(({ name }) => name)]);
const state = () => service.asSuperuser(storedState);

/** How many of the answers say what: "201 created", "409 id-conflict". */
function summary(answers: readonly Answer[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { status, body } of answers) {
    const what = `${status} ${body.type?.replace('/problems/', '') ?? body.status}`;
    counts[what] = (counts[what] ?? 0) + 1;
  }
  return counts;
}

for (const { name, who, request, other, first, again, tables } of repeatableWrites) {
  // Events of a kind share one, and so do updates.
  const transactions = sharing.has(name) ? 1 : 2;
  const said = ({ status, body }: typeof first) => `${status} ${body.status}`;

  t.test(
    `${name}: of fifty equal ones one is first, and the others are replays that write nothing`,
    async (t) => {
      const [alone, together] = [await request(service), await request(service)];
      const send = ({ method, path, body }: typeof alone) => service[who][method](path, body);
      const before = await state();
      await send(alone);
      const between = await state();
      const answers = await meeting(service, tables[0], transactions, () =>
        Promise.all(Array.from({ length: sends }, () => send(together))),
      );
      t.same(summary(answers), { [said(first)]: 1, [said(again)]: sends - 1 });
      t.equal(new Set(answers.map(({ body }) => body.id)).size, 1, 'all name the same');
      const [ofOne, ofFifty] = [stateChanges(before, between), stateChanges(between, await state())];
      t.equal(ofFifty.length, ofOne.length, 'as many rows as of one alone');
    },
  );

  if (!other) continue;
  t.test(`${name}: of fifty with two contents one content wins, and the other is a conflict`, async (t) => {
    const { method, path, body } = await request(service);
    const contents = [body, other.content(body)];
    const send = (content: typeof body | undefined) => service[who][method](path, content);
    const sent = Array.from({ length: sends }, (_, index) => contents[index % contents.length]);
    const answers = await meeting(service, tables[0], transactions, () => Promise.all(sent.map(send)));
    const refused = `409 ${other.conflict}`;
    t.same(summary(answers), { [said(first)]: 1, [said(again)]: sends / 2 - 1, [refused]: sends / 2 });
    const winner = sent[answers.findIndex(({ body }) => body.status === first.body.status)];
    const loser = contents.find((content) => content !== winner);
    t.same(summary([await send(winner)]), { [said(again)]: 1 }, 'what is stored is what was acknowledged');
    t.same(summary([await send(loser)]), { [refused]: 1 });
  });
}
