import { html, type TemplateResult } from 'lit-html';
import type { StoredBaseline } from '../../../capabilities/metrics/baseline/schema.ts';
import type { Metric } from '../../../capabilities/metrics/schema.ts';
import { families, fewest, figureIn, figuresOf, isMissed, minimumsOf } from '../metrics.ts';
import { recomputeControl } from '../recompute-control.ts';
import type { ViewTools } from '../tools.ts';
import type { Computed, Verdict } from './overview-data.ts';
import { sayMinimum } from './parts.ts';

type Reason = readonly [Verdict, string];

/** Whether the rate can be trusted, and why. */
export function trusting(
  rate: Metric,
  { scorecard, baseline, attemptsNow }: Computed,
  tools: ViewTools,
): TemplateResult {
  const words = tools.messages.overview;
  const isEmpty = rate.quality === 'no_data';
  const isCompared = (figureIn(scorecard.gate_1?.checks ?? [], 'M1')?.baseline ?? null) !== null;
  // What decides, and then what is only to be known.
  const decisive: Reason[] = isEmpty
    ? [ageOf(rate, attemptsNow, tools)]
    : [
        ...minimumsOf(rate).map(
          (minimum): Reason => [isMissed(minimum) ? 'warn' : 'good', `${sayMinimum(minimum, tools)}.`],
        ),
        weightOfOne(rate.denominator, tools),
        ...before(baseline, isCompared, tools),
        ageOf(rate, attemptsNow, tools),
      ];
  const isGood = rate.quality === 'ok' && decisive.every(([kind]) => kind !== 'warn');
  const verdict = isEmpty ? 'none' : isGood ? 'good' : 'warn';
  const answer = { none: words.noTrust, good: words.trust, warn: words.trustWithCare }[verdict];
  const reasons = [...decisive, ...theOthers(scorecard.metrics, tools)];
  return html`<section class="card answer answer-${verdict}">
    <h2>${words.trusting}</h2>
    <p class="verdict">${answer}</p>
    <ul class="reasons">${reasons.map(([kind, reason]) => html`<li class="reason-${kind}">${reason}</li>`)}</ul>
    ${recomputeControl(tools)}
  </section>`;
}

/** Whether the figure still counts what is stored. Less is stored only when somebody has deleted what was kept long enough. */
function ageOf(
  { calculated_at, denominator }: Metric,
  attemptsNow: number | null,
  { messages, formats }: ViewTools,
): Reason {
  const words = messages.overview;
  const moment = formats.moment(calculated_at);
  if (attemptsNow === null) return ['warn', words.ageUnknown(moment)];
  const arrived = attemptsNow - denominator;
  if (arrived > 0) return ['warn', words.outdated(moment, arrived, formats.count(arrived))];
  if (arrived < 0) return ['warn', words.deleted(moment, -arrived, formats.count(-arrived))];
  return ['good', words.upToDate(moment)];
}

function weightOfOne(attempts: number, { messages, formats }: ViewTools): Reason {
  const isFew = attempts < fewest;
  const say = isFew ? messages.overview.few : messages.overview.oneWeighs;
  return [isFew ? 'warn' : 'good', say(attempts, formats.count(attempts), formats.points(1 / attempts))];
}

/** The same about the figure that it is compared with: a comparison is as weak as the weaker of the two. */
function before(baseline: StoredBaseline | null, isCompared: boolean, tools: ViewTools): Reason[] {
  const { messages, formats } = tools;
  const words = messages.overview;
  const metric = figureIn(baseline?.metrics ?? [], 'M1');
  if (!baseline || !metric || metric.value === null) {
    return isCompared ? [['warn', words.beforeUnknown]] : [];
  }
  const attempts = metric.denominator;
  const [isFew, isBelow] = [attempts < fewest, metric.quality === 'below_minimum'];
  const weighs = (isFew ? words.beforeIsFew : words.beforeWeighs)(
    formats.calendarDays(baseline.start_date, baseline.end_date, 'with its year'),
    attempts,
    formats.count(attempts),
    formats.points(1 / attempts),
  );
  const missed = minimumsOf(metric).filter(isMissed);
  const said = isBelow
    ? words.beforeIsBelow(missed.map((minimum) => sayMinimum(minimum, tools)).join('; '))
    : words.beforeIsOk;
  return [[isFew || isBelow ? 'warn' : 'good', `${weighs} ${said}`]];
}

/** How the data of the seven metrics are; those of the three percentiles are the same. */
function theOthers(metrics: readonly Metric[], { messages, formats }: ViewTools): Reason[] {
  const words = messages.overview;
  const qualities = families.map((family) => figureIn(metrics, figuresOf[family][0])?.quality ?? 'no_data');
  const countOf = (quality: Metric['quality']) => qualities.filter((one) => one === quality).length;
  const [below, empty] = [countOf('below_minimum'), countOf('no_data')];
  const total = formats.count(families.length);
  if (below + empty === 0) return [['good', words.othersOk(total)]];
  return [
    ...(below > 0 ? [['warn', words.othersBelow(below, formats.count(below), total)] as const] : []),
    ...(empty > 0 ? [['none', words.othersNoData(empty, formats.count(empty), total)] as const] : []),
  ];
}
