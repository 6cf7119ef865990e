import type { Locator } from 'playwright-core';
import t from 'tap';
import { skipWithoutBrowser, startBrowser } from '../support/browser.ts';
import { edgesOf, openCharts, turnTo, type Written, writtenOn } from './support/charts.ts';
import { coloursOf } from './support/views.ts';

/** The colours along a line across a picture. */
async function coloursAlong(canvas: Locator, y: number): Promise<string[]> {
  const across = Array.from({ length: 600 }, (_, n): [number, number] => [n / 600, y]);
  return coloursOf(canvas, across);
}

const find = (all: readonly Written[], text: string) => all.find((one) => one.text === text);

t.test('charts', { skip: skipWithoutBrowser }, async (t) => {
  const browser = await startBrowser();
  t.teardown(() => browser.close());
  const phone = { viewport: { width: 360, height: 740 } };

  await t.test('nothing that is written is cut off, with values up to the whole', async (t) => {
    for (const width of [360, 1280]) {
      const { page, canvas } = await openCharts(t, browser, { viewport: { width, height: 800 } });
      for (const areRows of [false, true]) {
        await page.evaluate((areRows) => {
          const format = (value: number) => `${(value * 100).toFixed(1)} %`;
          charts.show(
            charts.bars({
              categories: ['one', 'two', 'three'],
              series: [{ label: 'share', colour: 'connected', values: [1, 0.99, 0.01] }],
              format,
              scale: { kind: 'ratio', format: (value) => `${Math.round(value * 100)}` },
              areRows,
              limit: areRows ? undefined : { value: 1, label: 'Gate 1: 100.0 %' },
            }),
            'small',
          );
        }, areRows);
        const all = await writtenOn(canvas);
        const box = await canvas.boundingBox();
        t.ok(
          ['100.0 %', '99.0 %', '1.0 %'].every((text) => find(all, text)),
          `${width}`,
        );
        for (const one of all) {
          const [left, right] = edgesOf(one);
          const isInside = left >= 0 && right <= (box?.width ?? 0) && one.y >= one.size / 2;
          t.ok(isInside, `${one.text} at ${width}, ${areRows ? 'rows' : 'columns'}`);
        }
        const steps = all.map(({ text }) => Number(text)).filter((step) => !Number.isNaN(step));
        t.equal(Math.max(...steps), 100, 'no step beyond the whole');
        const whole = find(all, '100.0 %');
        const isAbove = (whole?.y ?? 0) <= (find(all, '100')?.y ?? 0) - (whole?.size ?? 0) / 2;
        t.ok(areRows || isAbove, 'the value stands above its bar');
      }
    }
  });

  await t.test('what a limit means stands above all values', async (t) => {
    const { page, canvas } = await openCharts(t, browser, phone);
    await page.evaluate(() => {
      const format = (value: number) => `${value}`;
      charts.show(
        charts.bars({
          categories: ['one', 'two'],
          series: [{ label: 'value', colour: 'connected', values: [9, 10] }],
          format,
          scale: { kind: 'count', format },
          limit: { value: 10, label: 'Gate 1: 10' },
        }),
      );
    });
    const all = await writtenOn(canvas);
    const limit = all.find(({ text }) => text.endsWith('Gate 1: 10'));
    const others = all.filter((one) => one !== limit);
    t.ok(limit && others.every(({ y, size }) => y - limit.y >= size / 2), JSON.stringify(all));
  });

  await t.test('the least of many can be seen in a row, and the row says its sum', async (t) => {
    const { page, canvas } = await openCharts(t, browser, phone);
    await page.evaluate(() => {
      const format = (value: number) => `${value}`;
      charts.show(
        charts.bars({
          categories: ['phone'],
          series: [
            { label: 'a', colour: 'failed', values: [1] },
            { label: 'b', colour: 'connected', values: [5000] },
            { label: 'c', colour: 'routing', values: [1] },
            { label: 'd', colour: 'capacity', values: [1] },
          ],
          format,
          scale: { kind: 'count', format },
          areRows: true,
        }),
      );
    });
    const all = await writtenOn(canvas);
    const sum = find(all, '5003');
    const box = await canvas.boundingBox();
    t.ok(sum && box && edgesOf(sum)[1] <= box.width, 'the sum');
    const colours = await coloursAlong(canvas, (sum?.y ?? 0) / (box?.height ?? 1));
    for (const colour of ['212,61,66,255', '11,92,173,255', '140,18,80,255', '63,143,79,255'])
      t.ok(colours.filter((one) => one === colour).length >= 3, colour);
  });

  await t.test('a value that is missing is a dash, and a zero is a zero', async (t) => {
    const { page, canvas } = await openCharts(t, browser, phone);
    for (const areRows of [false, true]) {
      await page.evaluate((areRows) => {
        const format = (value: number) => `${value} kg`;
        charts.show(
          charts.bars({
            categories: ['one', 'two', 'three'],
            series: [{ label: 'value', colour: 'connected', values: [10, null, 0] }],
            format,
            scale: { kind: 'count', format: (value) => `${value}` },
            areRows,
          }),
        );
      }, areRows);
      const all = await writtenOn(canvas);
      const [ten, missing, zero] = ['10 kg', '–', '0 kg'].map((text) => find(all, text));
      t.ok(ten && missing && zero, JSON.stringify(all));
      t.ok(areRows ? (missing?.x ?? 0) < (ten?.x ?? 0) : (missing?.y ?? 0) > (ten?.y ?? 0), 'at the axis');
    }
  });

  await t.test('a doubtful bar is an outline that is hatched, on screens and on paper', async (t) => {
    const { page, canvas } = await openCharts(t, browser, { viewport: { width: 800, height: 600 } });
    await page.evaluate(() => {
      const format = (value: number) => `${value}`;
      charts.show(
        charts.bars({
          categories: ['sure', 'doubtful'],
          series: [{ label: 'value', colour: 'connected', values: [10, 10], isDoubtful: [false, true] }],
          format,
          scale: { kind: 'count', format },
        }),
      );
    });
    for (const media of ['screen', 'print'] as const) {
      await turnTo(page, { media });
      const colours = await coloursAlong(canvas, 0.6);
      const blue = '11,92,173,255';
      const isBlue = colours.map((colour) => colour === blue);
      const start = isBlue.indexOf(true);
      const width = isBlue.indexOf(false, start) - start;
      t.ok(width > 30, `${media}: one filled, ${width} wide`);
      const second = isBlue.indexOf(true, start + width);
      const share = isBlue.slice(second, second + width).filter(Boolean).length / width;
      t.ok(second > 0 && share > 0.05 && share < 0.4, `${media}: one hatched, ${share}`);
    }
  });

  await t.test(
    'fifty long names are two lines or fewer, apart, and the picture is as high as they need',
    async (t) => {
      const { page, canvas } = await openCharts(t, browser, phone);
      const heights: number[] = [];
      for (const rows of [4, 24, 50]) {
        const image = await page.evaluate((rows) => {
          const format = (value: number) => `${value}`;
          const name =
            'Association of Neighbourhood Services for Newcomers and Families in the Region number';
          const draw = charts.bars({
            categories: Array.from({ length: rows }, (_, n) => `${n} ${name}`),
            series: [
              { label: 'value', colour: 'connected', values: Array.from({ length: rows }, (_, n) => n) },
            ],
            format,
            scale: { kind: 'count', format },
            areRows: true,
          });
          charts.show(draw, 'small');
          return charts.sizeOfImage(draw);
        }, rows);
        const height = (await canvas.boundingBox())?.height ?? 0;
        heights.push(height);
        t.ok(image.height > rows * 20, `an image of ${image.height}`);
        for (const media of ['screen', 'print'] as const) {
          await turnTo(page, { media });
          const all = await writtenOn(canvas);
          const names = all.filter(({ align, text }) => align === 'right' && !/^\d+$/.test(text));
          t.ok(names.length >= rows && names.length <= 2 * rows, `${media}: ${names.length} lines`);
          t.equal(names.filter(({ text }) => text.endsWith('…')).length, rows, `${media}: they go on`);
          const ys = names.map(({ y }) => y).toSorted((a, b) => a - b);
          const least = Math.min(...ys.slice(1).map((y, index) => y - (ys[index] ?? 0)));
          t.ok(least >= 12, `${media}: ${least} px apart`);
          if (media === 'print') t.ok(((await canvas.boundingBox())?.height ?? 0) <= 800, 'within a page');
        }
        await turnTo(page, { media: 'screen' });
        t.equal((await canvas.boundingBox())?.height, height, 'as before the print');
      }
      t.same(
        heights,
        heights.toSorted((a, b) => a - b),
      );
    },
  );

  await t.test('where the width crosses the narrow limit, the picture is laid out anew', async (t) => {
    const { page, canvas } = await openCharts(t, browser, { viewport: { width: 900, height: 700 } });
    await page.evaluate(() => {
      const format = (value: number) => `${value}`;
      charts.show(
        charts.bars({
          categories: ['under an hour', 'under a day', 'longer'],
          series: [{ label: 'count', colour: 'connected', values: [3, 2, 1] }],
          format,
          scale: { kind: 'count', format },
          areRows: 'where narrow',
          marks: [{ at: 0.5, label: 'median 30 min', brief: 'median' }],
        }),
      );
    });
    const texts = async () => (await writtenOn(canvas)).map(({ text }) => text);
    t.ok((await texts()).includes('median 30 min'), 'columns');
    const becomes = (text: string) =>
      page.waitForFunction((text) => {
        const canvas = document.querySelector('canvas');
        return canvas && globalThis.written.get(canvas)?.some((one) => one.text === text);
      }, text);
    await page.setViewportSize({ width: 360, height: 700 });
    await becomes('median');
    t.ok((await texts()).includes('median'), 'rows');
    await page.setViewportSize({ width: 900, height: 700 });
    await becomes('median 30 min');
    await page.evaluate(() =>
      charts.show(
        charts.lines({ categories: [], lines: [], format: String, scale: { kind: 'count', format: String } }),
      ),
    );
    await page.setViewportSize({ width: 360, height: 700 });
    t.equal(await canvas.count(), 1);
  });

  await t.test('bars of a histogram touch, and those of many days do not', async (t) => {
    const { page, canvas } = await openCharts(t, browser, phone);
    const gaps = async () => {
      const colours = await coloursAlong(canvas, 0.8);
      const first = colours.indexOf('11,92,173,255');
      const last = colours.lastIndexOf('11,92,173,255');
      return (
        colours.slice(first, last).filter((colour) => colour === '255,255,255,255' || colour === '0,0,0,0')
          .length /
        (last - first)
      );
    };
    const draw = (count: number, isHistogram: boolean) =>
      page.evaluate(
        ([count, isHistogram]) => {
          const format = (value: number) => `${value}`;
          charts.show(
            charts.bars({
              categories: Array.from({ length: count }, (_, n) => `${n}`),
              series: [
                { label: 'count', colour: 'connected', values: Array.from({ length: count }, () => 9) },
              ],
              format,
              scale: { kind: 'count', format },
              ...(isHistogram && { marks: [] }),
            }),
          );
        },
        [count, isHistogram] as const,
      );
    await draw(6, true);
    t.ok((await gaps()) < 0.06, `histogram: ${await gaps()}`);
    await draw(28, false);
    t.ok((await gaps()) > 0.2, `days: ${await gaps()}`);
  });

  await t.test(
    'the names of a flow keep their numbers, apart from each other and large enough',
    async (t) => {
      const { page, canvas } = await openCharts(t, browser, phone);
      await page.evaluate(() => {
        const ends = [
          'Accueil fermé : 1',
          'Personne non admissible : 1',
          'Aucune place : 30',
          'Aucune réponse : 2',
        ];
        charts.show(
          charts.flow({
            nodes: [
              { id: 'made', label: 'Aiguillages faits : 34', colour: 'other', column: 0 },
              ...ends.map((label, index) => ({
                id: `${index}`,
                label,
                colour: 'failed' as const,
                column: 1,
              })),
            ],
            flows: ends.map((label, index) => ({
              from: 'made',
              to: `${index}`,
              count: Number(label.split(' ').at(-1)),
              label,
            })),
          }),
          'large',
        );
      });
      const all = await writtenOn(canvas);
      t.ok(
        all.every(({ size }) => size >= 12),
        JSON.stringify(all),
      );
      t.notOk(
        all.some(({ text }) => /^[:\d]/.test(text)),
        'no number alone',
      );
      const ys = all.filter(({ align }) => align === 'right').map(({ y }) => y);
      const least = Math.min(...ys.slice(1).map((y, index) => y - (ys[index] ?? 0)));
      t.ok(least >= 12, `${least} px apart`);
    },
  );

  await t.test('parts of a stack have patterns on paper and where colours are forced', async (t) => {
    const { page, canvas } = await openCharts(t, browser, { viewport: { width: 700, height: 600 } });
    await page.evaluate(() => {
      const format = (value: number) => `${value}`;
      charts.show(
        charts.bars({
          categories: ['one'],
          series: [
            { label: 'a', colour: 'connected', values: [10] },
            { label: 'b', colour: 'failed', values: [10] },
            { label: 'c', colour: 'no-response', values: [10] },
          ],
          format,
          scale: { kind: 'count', format },
          areRows: true,
          valuesShown: false,
        }),
      );
    });
    // The inner half of each third of the bar.
    const colours = async () => {
      const all = await coloursAlong(canvas, 0.62);
      const bar = all.slice(all.indexOf('11,92,173,255'));
      const width = bar.filter((colour) => colour === '11,92,173,255').length;
      return [0, 1, 2].map(
        (part) =>
          new Set(bar.slice(Math.ceil((part + 0.25) * width), Math.floor((part + 0.75) * width))).size,
      );
    };
    t.same(await colours(), [1, 1, 1], 'plain on a screen');
    for (const media of [{ media: 'print' }, { media: 'screen', forcedColors: 'active' }] as const) {
      await turnTo(page, { forcedColors: 'none', ...media });
      const [plain, ...patterned] = await colours();
      t.equal(plain, 1, JSON.stringify(media));
      t.ok(
        patterned.every((count) => count > 2),
        `${JSON.stringify(media)}: ${patterned}`,
      );
    }
  });
});
