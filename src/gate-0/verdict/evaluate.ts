import { expectedDays } from '../../capabilities/baseline/report.ts';
import { type GateZeroRecords, partnerRangeOf } from './records.ts';
import { type Check, checkIds, type Reference } from './schema.ts';

type CheckId = Check['id'];
type Finding = Pick<Check, 'status' | 'reason'> & { references?: Reference[] };

const titles: Readonly<Record<CheckId, string>> = {
  'G0-1': 'The seven approvals D1 to D7 are locked',
  'G0-2': 'A baseline was measured before the pilot, and measures the same again',
  'G0-3': 'Control C1: the legal review of the partner terms is complete',
  'G0-4': 'Control C2: retention is mapped and approved',
  'G0-5': 'Control C3: the activation guard is in place',
  'G0-6': 'Every claim from outside is validated or rejected',
  'G0-7': 'No critical threat is unresolved, and every high one is looked after',
  'G0-8': 'The partners are named, and as many as approved',
};

/**
 * Gate 0 from its records, and from nothing else (spec 5). `pending` is what is not there yet, `fail` what the records speak
 * against.
 */
export function evaluate(records: GateZeroRecords): { verdict: 'go' | 'no_go'; checks: Check[] } {
  const findings: Readonly<Record<CheckId, Finding>> = {
    'G0-1': approvalsAreLocked(records),
    'G0-2': baselinesHold(records),
    'G0-3': controlIsComplete(records, 'C1'),
    'G0-4': controlIsComplete(records, 'C2'),
    'G0-5': controlIsComplete(records, 'C3'),
    'G0-6': claimsAreSettled(records),
    'G0-7': threatsAreLookedAfter(records),
    'G0-8': partnersAreNamed(records),
  };
  const checks = checkIds.map((id): Check => {
    const { status, reason, references = [] } = findings[id];
    return { id, title: titles[id], status, reason, references };
  });
  return { verdict: checks.every(({ status }) => status === 'pass') ? 'go' : 'no_go', checks };
}

const approvalIds = ['D1', 'D2', 'D3', 'D4', 'D5', 'D6', 'D7'] as const;

function approvalsAreLocked({ approvals }: GateZeroRecords): Finding {
  const unlocked = approvalIds.filter(
    (id) => !approvals.some((approval) => approval.id === id && approval.status === 'locked'),
  );
  const references = approvals.map((approval) => referenceTo('approval', approval));
  if (unlocked.length === 0) return { status: 'pass', reason: 'All seven are locked.', references };
  return { status: 'pending', reason: `Not locked: ${unlocked.join(', ')}.`, references };
}

/** One baseline for each frontline organisation of the cycle; while none is known, whatever baselines there are. */
function baselinesHold({ cycle, baselines, organizationIds }: GateZeroRecords): Finding {
  const references: Reference[] = [];
  const missing: Reference[] = [];
  const late: Reference[] = [];
  const different: Reference[] = [];
  if (cycle.starts_on === null) {
    return { status: 'pending', reason: 'The cycle has no start, so nothing can be said to lie before it.' };
  }
  const measured = baselines.map(({ org_id }) => org_id);
  const decisive = baselines.filter(({ is_reproduced }) => is_reproduced !== null);
  for (const orgId of new Set(organizationIds.length > 0 ? organizationIds : measured)) {
    const before = decisive.find(({ org_id }) => org_id === orgId);
    const run = before ?? baselines.findLast(({ org_id }) => org_id === orgId);
    if (!run) missing.push({ kind: 'organization', id: orgId, revision: null });
    else {
      const reference: Reference = { kind: 'baseline', id: run.id, revision: null };
      references.push(reference);
      if (!before) late.push(reference);
      else if (!before.is_reproduced) different.push(reference);
    }
  }
  const against = [
    different.length > 0
      ? 'Measured again, a baseline has other figures or another version of a query; run it again.'
      : '',
    late.length > 0 ? 'A baseline ends after the start of the cycle.' : '',
    missing.length > 0
      ? `${countOf(missing.length, 'frontline organisation has', 'frontline organisations have')} no baseline.`
      : '',
  ].filter((reason) => reason !== '');
  if (against.length > 0) {
    const status = different.length + late.length > 0 ? 'fail' : 'pending';
    return { status, reason: against.join(' '), references: [...different, ...late, ...missing] };
  }
  if (references.length === 0) return { status: 'pending', reason: 'There is no baseline of this cycle.' };
  const others = decisive.filter(({ days }) => days !== expectedDays).length;
  const length = others > 0 ? ` ${countOf(others, 'window is', 'windows are')} not of four weeks.` : '';
  const reason = `${countOf(references.length, 'baseline', 'baselines')} from before the start, measured again with the same figures.${length}`;
  return { status: 'pass', reason, references };
}

function controlIsComplete({ controls }: GateZeroRecords, code: string): Finding {
  const control = controls.find(({ id }) => id === code);
  if (!control) return { status: 'pending', reason: `Control ${code} is not recorded.` };
  const references = [referenceTo('control', control)];
  if (control.status === 'complete') {
    return control.evidence_reference === null
      ? { status: 'pending', reason: `Control ${code} names no evidence.`, references }
      : { status: 'pass', reason: `Control ${code} is complete, with evidence.`, references };
  }
  return control.is_overdue
    ? {
        status: 'fail',
        reason: `Control ${code} is pending, and was due on ${control.due_date}.`,
        references,
      }
    : {
        status: 'pending',
        reason: `Control ${code} is pending, and due on ${control.due_date}.`,
        references,
      };
}

function claimsAreSettled({ claims }: GateZeroRecords): Finding {
  const external = claims.filter(({ source_kind }) => source_kind !== 'internal');
  const unsettled = external.filter(({ status }) => status === 'open' || status === 'investigate');
  if (unsettled.length > 0) {
    const reason = `${countOf(unsettled.length, 'claim from outside is', 'claims from outside are')} neither validated nor rejected.`;
    return {
      status: 'pending',
      reason,
      references: unsettled.map((claim) => referenceTo('claim', claim)),
    };
  }
  return {
    status: 'pass',
    reason: `${countOf(external.length, 'claim', 'claims')} from outside, none of them unsettled.`,
    references: external.map((claim) => referenceTo('claim', claim)),
  };
}

function threatsAreLookedAfter({ findings }: GateZeroRecords): Finding {
  const critical = findings.filter(
    ({ severity, status }) => severity === 'critical' && status !== 'resolved',
  );
  const referencesTo = (list: typeof findings) =>
    list.map((finding) => referenceTo('threat_finding', finding));
  if (critical.length > 0) {
    const reason = `${countOf(critical.length, 'critical finding is', 'critical findings are')} unresolved.`;
    return { status: 'fail', reason, references: referencesTo(critical) };
  }
  const high = findings.filter(({ severity }) => severity === 'high');
  const neglected = high.filter(
    ({ owner, due_date, mitigation }) => owner === null || due_date === null || mitigation === null,
  );
  if (neglected.length > 0) {
    const reason = `${countOf(neglected.length, 'high finding lacks', 'high findings lack')} an owner, a due date or a mitigation.`;
    return { status: 'fail', reason, references: referencesTo(neglected) };
  }
  return {
    status: 'pass',
    reason: `No critical finding is unresolved; ${countOf(high.length, 'high one has', 'high ones have')} an owner, a due date and a mitigation.`,
    references: referencesTo(
      findings.filter(({ severity }) => severity === 'critical' || severity === 'high'),
    ),
  };
}

function partnersAreNamed(records: GateZeroRecords): Finding {
  const { partners, partnerApproval } = records;
  const confirmed = partners.filter(({ status }) => status === 'confirmed');
  const approval = partnerApproval ? [referenceTo('approval', partnerApproval)] : [];
  const references = [...approval, ...confirmed.map((partner) => referenceTo('partner', partner))];
  const counted = (role: 'provider' | 'frontline') =>
    confirmed.filter((partner) => partner.role === role).length;
  const [providers, frontline] = [counted('provider'), counted('frontline')];
  const { providers_min, providers_max, frontline_min, frontline_max } = partnerRangeOf(records);
  const reason = `${providers} of ${providers_min} to ${providers_max} providers and ${frontline} of ${frontline_min} to ${frontline_max} frontline organisations are confirmed.`;
  if (providers > providers_max || frontline > frontline_max) return { status: 'fail', reason, references };
  const isEnough = confirmed.length > 0 && providers >= providers_min && frontline >= frontline_min;
  return { status: isEnough ? 'pass' : 'pending', reason, references };
}

function referenceTo(kind: Reference['kind'], { id, revision }: { id: string; revision: number }): Reference {
  return { kind, id, revision };
}

function countOf(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}
