import t from 'tap';
import { inLines, wrapped } from '../../src/dashboard/page/charts/words.ts';

t.test('a text goes on in the next line, and nothing of it is lost', async (t) => {
  const text = 'From 57.1% in the first week to 20.0% in the last, antidisestablishmentarianism included.';
  const lines = wrapped(text, (line) => line.length <= 20);
  t.equal(lines.join(' '), text);
  t.ok(lines.length > 3 && lines.every((line) => line.length <= 20 || !line.includes(' ')));
  t.same(
    wrapped('short', () => true),
    ['short'],
  );
});

t.test('a name on an axis has two lines, and says when it goes on', async (t) => {
  t.same(inLines('Food Bank', 16), ['Food Bank']);
  t.same(inLines('Eligibility materially incorrect', 16), ['Eligibility', 'materially inco…']);
  t.same(inLines('one two three four', 8, 1), ['one two…']);
  t.same(inLines('Donaudampfschifffahrtsgesellschaft', 16), ['Donaudampfschif…']);
});
