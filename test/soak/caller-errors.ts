import { sendCallerErrors } from '../support/caller-errors.ts';
import { startTestService } from '../support/service.ts';
import type { Scenario } from './scenario.ts';
import { withTestServices } from './support/in-process.ts';

/** Whatever callers do wrong, no breaker moves. */
export const callerErrors: Scenario = {
  name: 'caller-errors',
  run: ({ short }) =>
    withTestServices(async (t) => {
      const service = await startTestService(t);
      const { sent, unexpected, transitions } = await sendCallerErrors(service, short ? 1_000 : 10_000);
      for (const what of new Set([...unexpected, ...transitions])) console.error(what);
      return [
        {
          promise: 'only infrastructure opens a breaker',
          figure: `${sent} caller errors: ${transitions.length} transitions, ${unexpected.length} unexpected answers`,
          pass: unexpected.length + transitions.length === 0,
        },
      ];
    }),
};
