import { z } from 'zod';
import { hasContactDetails } from '../../contact-details.ts';
import { broken } from '../../plugins/validation.ts';
import { identifier, uuid } from '../fields.ts';

/** Free text written by app admins: no control characters, and nothing by which a person could be reached. */
const plainText = (longest: number) =>
  z
    .string()
    .min(1)
    // The search for telephone numbers in a very long text would be slow.
    .max(longest, { abort: true })
    .superRefine((value, context) => {
      if (!value.isWellFormed() || /\p{Cc}/u.test(value) || !/[\p{L}\p{N}]/u.test(value)) {
        context.addIssue(broken('well_formed_text'));
      } else if (hasContactDetails(value)) {
        context.addIssue(broken('no_contact_details'));
      }
    });

const longestList = 20;

/** A list whose length is looked at before its entries, because telling tens of thousands of them apart takes a while. */
const shortList = <List extends z.ZodType>(list: List) =>
  z.preprocess((value, context) => {
    if (Array.isArray(value) && value.length > longestList) {
      context.addIssue({ code: 'too_big', origin: 'array', maximum: longestList, input: value });
    }
    return value;
  }, list);

export const decisionBody = z
  .strictObject({
    id: uuid.optional(),
    decision: z.enum(['go', 'conditional', 'blocked']),
    decision_date: z.iso.date({ abort: true }).superRefine((value, context) => {
      if (value < '2000-01-01') context.addIssue(broken('from_2000'));
    }),
    redline_checklist_version: z.string().max(50).pipe(identifier),
    violations: shortList(
      z
        .array(
          z.enum([
            'raw_query_text_required',
            'forced_user_identifying_telemetry',
            'reidentification_capability_required',
            'retention_policy_conflict',
            'auditability_gap',
          ]),
        )
        .superRefine((codes, context) => {
          if (new Set(codes).size < codes.length) context.addIssue(broken('no_repeats'));
        }),
    ),
    compensating_controls: shortList(z.array(plainText(500)).max(longestList)),
    owners: shortList(z.array(plainText(120)).min(1).max(longestList)),
  })
  .superRefine(({ decision, violations, compensating_controls }, context) => {
    if (decision === 'go' && violations.length > 0)
      context.addIssue(broken('go_without_violations', ['violations']));
    if (decision === 'conditional' && compensating_controls.length === 0) {
      context.addIssue(broken('conditional_with_control', ['compensating_controls']));
    }
  })
  .meta({
    id: 'IntegrationDecision',
    examples: [
      {
        id: '0190a6f0-5c1e-7c3a-9d5e-2f4b6a8c0e18',
        decision: 'conditional',
        decision_date: '2026-03-01',
        redline_checklist_version: 'redlines-v1',
        violations: ['retention_policy_conflict'],
        compensating_controls: ['Retention mapped and approved before activation'],
        owners: ['governance-lead'],
      },
    ],
  });
