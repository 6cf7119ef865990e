import { z } from 'zod';
import type { Control } from './control.ts';
import { type Decision, redlineNames } from './schema.ts';

const reasonCode = z.enum([
  'no_decision',
  'decision_blocked',
  'redlines_unknown',
  'redline_failed',
  'control_missing',
  'control_open',
  'control_overdue',
]);

type ReasonCode = z.infer<typeof reasonCode>;

const messages: Readonly<Record<ReasonCode, string>> = {
  no_decision: 'No decision has been recorded.',
  decision_blocked: 'The latest decision is blocked.',
  redlines_unknown: 'The latest decision leaves redlines unknown.',
  redline_failed: 'The latest decision finds that redlines fail.',
  control_missing: 'A control that activation needs has not been recorded.',
  control_open: 'A control is not complete with evidence.',
  control_overdue: 'A control is past its due date, and counts as open.',
};

/** Why activation is not allowed. */
export const reason = z
  .strictObject({
    code: reasonCode,
    message: z.string(),
    refs: z.array(z.string()),
  })
  .meta({
    id: 'ActivationReason',
    description:
      'refs are what it concerns: the id of the decision (decision_blocked), names of redlines, or ids of controls.',
  });

type Reason = z.infer<typeof reason>;

/** What has to be there and complete, beside every other control that is there. */
const requiredControls = ['C1', 'C2'];

export interface ActivationRecords {
  /** The latest decision by arrival, which governs. */
  decision: Pick<Decision, 'id' | 'decision' | 'redlines'> | null;
  controls: readonly Pick<Control, 'id' | 'due_date' | 'status' | 'evidence_reference'>[];
  /** The day, in UTC, on which this is asked, as YYYY-MM-DD. */
  today: string;
}

/**
 * Whether the integration may be activated, and if not, why: it is computed from the records and set by nobody (spec 5, G0-5).
 * Only a conditional decision may go ahead with a redline that fails, because its controls make up for it.
 */
export function activation({ decision, controls, today }: ActivationRecords) {
  const reasons = [...reasonsOfDecision(decision), ...reasonsOfControls(controls, today)];
  return { integration_activation_allowed: reasons.length === 0, reasons };
}

/** Pending, and the day on which it is due is over. */
export function isOverdue({ status, due_date }: Pick<Control, 'status' | 'due_date'>, today: string) {
  return status === 'pending' && due_date < today;
}

function reasonsOfDecision(decision: ActivationRecords['decision']): Reason[] {
  if (!decision) return [{ code: 'no_decision', message: messages.no_decision, refs: [] }];
  const found = (result: string) => redlineNames.filter((name) => decision.redlines[name] === result);
  return [
    ...because('decision_blocked', decision.decision === 'blocked' ? [decision.id] : []),
    ...because('redlines_unknown', found('unknown')),
    ...because('redline_failed', decision.decision === 'conditional' ? [] : found('fail')),
  ];
}

function reasonsOfControls(controls: ActivationRecords['controls'], today: string): Reason[] {
  const ids = controls.map(({ id }) => id);
  const open = controls.filter(
    ({ status, evidence_reference }) => status !== 'complete' || !evidence_reference,
  );
  const overdue = open.filter((control) => isOverdue(control, today));
  return [
    ...because(
      'control_missing',
      requiredControls.filter((id) => !ids.includes(id)),
    ),
    ...because(
      'control_open',
      open.filter((control) => !overdue.includes(control)).map(({ id }) => id),
    ),
    ...because(
      'control_overdue',
      overdue.map(({ id }) => id),
    ),
  ];
}

/** One reason for all that it concerns; none when it concerns nothing. */
function because(code: ReasonCode, refs: string[]): Reason[] {
  return refs.length > 0 ? [{ code, message: messages[code], refs }] : [];
}
