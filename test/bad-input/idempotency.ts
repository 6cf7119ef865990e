import { at, later } from '../support/events.ts';
import { cases } from './bad-input.ts';

/** Ids that are used for other content, and changes that the present state forbids. */
const sort = { section: 'idempotency', status: 409, asksDatabase: true };
const update = '/api/v1/pilot/events/referral/{updated}';

export const idempotency = [
  ...cases(
    { ...sort, problem: 'id-conflict' },
    {
      'an attempt with another outcome': {
        of: 'contact-attempt',
        with: { id: '{attempt}', attempt_outcome: 'connected' },
      },
      'an attempt of somebody else': {
        of: 'contact-attempt',
        with: { id: '{attempt}', entity_key_hash: 'a1'.repeat(32) },
      },
      'an attempt a millisecond later': {
        of: 'contact-attempt',
        with: { id: '{attempt}', attempted_at: '2026-03-02T15:00:00.001Z' },
      },
      'an attempt with an end': { of: 'contact-attempt', with: { id: '{attempt}', resolved_at: later } },
      'an attempt of another cycle': {
        of: 'contact-attempt',
        with: { id: '{attempt}', pilot_cycle_id: 'cycle-b' },
      },
      'a referral to another service': {
        of: 'referral',
        with: { id: '{referral}', target_service_id: 'service-two' },
      },
      'a referral as it was changed to': {
        of: 'referral',
        with: { id: '{updated}', referral_state: 'failed', updated_at: later, terminal_at: later },
      },
      'a connection at another time': {
        of: 'connection',
        with: { id: '{connection}', connected_at: '2026-03-02T17:00:00Z' },
      },
      'another status': { of: 'service-status', with: { id: '{status}', status_code: 'closed' } },
      'another audit': { of: 'data-decay-audit', with: { id: '{audit}', verification_mode: 'web_only' } },
      'another preference': { with: { id: '{preference}', preferred_via_careconnect: false } },
      'another cohort': { with: { id: '{preference}', cohort_label: 'parrot' } },
      'another decision': { of: 'decision', as: 'appAdmin', with: { id: '{decision}', owners: ['parrot'] } },
      'a decision in another order': {
        of: 'decision',
        as: 'appAdmin',
        with: { id: '{decision}', compensating_controls: ['Two', 'One'] },
      },
    },
  ),
  ...cases(
    { ...sort, problem: 'state-conflict' },
    {
      'an update that is older': { of: 'referral-update', path: update, with: { updated_at: at } },
      'another update of the same time': {
        of: 'referral-update',
        path: update,
        with: { referral_state: 'connected' },
      },
      'back to initiated': {
        of: 'referral-update',
        path: update,
        without: 'terminal_at',
        with: { referral_state: 'initiated', updated_at: '2026-03-03T00:00:00Z' },
      },
      'an end before the beginning': {
        of: 'referral-update',
        path: update,
        with: { updated_at: '2026-03-03T00:00:00Z', terminal_at: '2026-03-02T14:59:59.999Z' },
      },
      'a decision that upgrades itself': {
        of: 'decision',
        as: 'appAdmin',
        with: { decision: 'go', compensating_controls: [], redline_checklist_version: 'redlines-v1' },
      },
    },
  ),
];
