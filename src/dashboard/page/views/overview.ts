import { html } from 'lit-html';
import type { z } from 'zod';
import type { scorecardAnswer } from '../../../capabilities/metrics/schema.ts';
import { ApiProblem } from '../api.ts';
import type { View } from '../view.ts';

type Scorecard = z.infer<typeof scorecardAnswer>;

/** The scorecard as a table. */
export const overview: View<Scorecard | undefined> = {
  id: 'overview',
  title: (language) => ({ en: 'Overview', fr: 'Aperçu' })[language],
  isOffered: () => true,
  load: ({ api, selection }) =>
    api
      .get<Scorecard>('/metrics/scorecard', {
        pilot_cycle_id: selection.cycleId,
        org_id: selection.orgId,
        window_start: selection.start,
        window_end: selection.end,
      })
      .catch((error: unknown) => {
        if (error instanceof ApiProblem && error.type === 'not-found') return undefined;
        throw error;
      }),
  render: (scorecard) => html`<div class="scrolls" tabindex="0" role="region" aria-label="M1–M7">
    <table>
      <tbody>
        ${scorecard?.metrics.map(
          ({ metric_id, value, quality }) =>
            html`<tr><th scope="row">${metric_id}</th><td class="number">${value}</td><td>${quality}</td></tr>`,
        )}
      </tbody>
    </table>
  </div>`,
};
