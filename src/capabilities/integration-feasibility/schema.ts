import { z } from 'zod';
import { broken } from '../../plugins/validation.ts';
import { calendarDate, identifier, plainText, uuid } from '../fields.ts';
import { blockedExample, conditionalExample } from './examples.ts';

const longestList = 20;

/** A list whose length is looked at before its entries, because telling tens of thousands of them apart takes a while. */
const shortList = <List extends z.ZodType>(list: List) =>
  z.preprocess((value, context) => {
    if (Array.isArray(value) && value.length > longestList) {
      context.addIssue({ code: 'too_big', origin: 'array', maximum: longestList, input: value });
    }
    return value;
  }, list);

const kindOfDecision = z.enum(['go', 'conditional', 'blocked']);

const violation = z.enum([
  'raw_query_text_required',
  'forced_user_identifying_telemetry',
  'reidentification_capability_required',
  'retention_policy_conflict',
  'auditability_gap',
]);

const redlineResult = z.enum(['pass', 'fail', 'unknown']);

/** What was found of each of the five redlines (spec 5). */
export const redlines = z
  .strictObject({
    no_raw_query_text: redlineResult,
    no_forced_user_identifying_telemetry: redlineResult,
    no_reidentification_capability: redlineResult,
    no_retention_conflict: redlineResult,
    auditable_consent_and_privacy: redlineResult,
  })
  .meta({ id: 'Redlines' });

export type Redlines = z.infer<typeof redlines>;

export const redlineNames = redlines.keyof().options;

/** Five times unknown is the same as not given. */
export const unknownRedlines: Redlines = {
  no_raw_query_text: 'unknown',
  no_forced_user_identifying_telemetry: 'unknown',
  no_reidentification_capability: 'unknown',
  no_retention_conflict: 'unknown',
  auditable_consent_and_privacy: 'unknown',
};

/** The redline that a violation belongs to. */
const redlineOf = {
  raw_query_text_required: 'no_raw_query_text',
  forced_user_identifying_telemetry: 'no_forced_user_identifying_telemetry',
  reidentification_capability_required: 'no_reidentification_capability',
  retention_policy_conflict: 'no_retention_conflict',
  auditability_gap: 'auditable_consent_and_privacy',
} as const satisfies Record<z.infer<typeof violation>, keyof Redlines>;

/** What happens instead of a blocked integration, from when on, and who sees to it. */
const contingency = z.strictObject({
  kind: z.enum(['narrow_scope', 'responsible_deprecation']),
  trigger: plainText(500),
  owner: plainText(120),
});

export const decisionBody = z
  .strictObject({
    id: uuid.optional(),
    decision: kindOfDecision,
    decision_date: calendarDate,
    redline_checklist_version: z.string().max(50).pipe(identifier),
    violations: shortList(
      z.array(violation).superRefine((codes, context) => {
        if (new Set(codes).size < codes.length) context.addIssue(broken('no_repeats'));
      }),
    ),
    compensating_controls: shortList(z.array(plainText(500)).max(longestList)),
    owners: shortList(z.array(plainText(120)).min(1).max(longestList)),
    redlines: redlines.optional(),
    contingency: contingency.optional(),
  })
  .superRefine((body, context) => {
    if (body.decision === 'go' && body.violations.length > 0)
      context.addIssue(broken('go_without_violations', ['violations']));
    if (body.decision === 'conditional' && body.compensating_controls.length === 0) {
      context.addIssue(broken('conditional_with_control', ['compensating_controls']));
    }
    if (body.decision !== 'blocked' && body.contingency)
      context.addIssue(broken('only_when_blocked', ['contingency']));
  })
  // Who sends no redlines is asked nothing more than before there were any.
  .superRefine(({ decision, violations, redlines: found, contingency }, context) => {
    if (!found) return;
    const violated = violations.map((code) => redlineOf[code]);
    for (const name of redlineNames) {
      if (decision === 'go' && found[name] !== 'pass')
        context.addIssue(broken('go_with_five_passes', ['redlines', name]));
      if (violated.includes(name) && found[name] !== 'fail')
        context.addIssue(broken('fail_when_violated', ['redlines', name]));
    }
    if (decision === 'blocked' && !contingency)
      context.addIssue(broken('blocked_with_contingency', ['contingency']));
  })
  .meta({
    id: 'IntegrationDecision',
    description:
      'Without redlines all five are unknown, and activation is not allowed. With them a go needs five times pass, the redline of each violation is fail, and blocked needs a contingency.',
    examples: [conditionalExample, blockedExample],
  });

/** A decision as it is answered. */
export const decision = z
  .strictObject({
    id: z.string(),
    decision: kindOfDecision,
    decision_date: z.string(),
    redline_checklist_version: z.string(),
    violations: z.array(violation),
    compensating_controls: z.array(z.string()),
    owners: z.array(z.string()),
    redlines,
    contingency: contingency.extend({ trigger: z.string(), owner: z.string() }).nullable(),
    recorded_at: z.string(),
    recorded_by: z.string().nullable(),
    service_version: z.string(),
  })
  .meta({
    id: 'IntegrationDecisionRecord',
    description: 'recorded_by is null where the decision was recorded before it was asked who did.',
  });

export type Decision = z.infer<typeof decision>;
