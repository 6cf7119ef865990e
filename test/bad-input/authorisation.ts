import { randomUUID } from 'node:crypto';
import { at } from '../support/events.ts';
import { otherCycle } from '../support/service.ts';
import { cases } from './bad-input.ts';

/** Good tokens of people who may not, and names of things that are not there: what only the database knows. */
const sort = { section: 'authorisation', status: 403, problem: 'forbidden', asksDatabase: true };
const nobodys = randomUUID();

export const authorisation = [
  ...cases(sort, {
    'a viewer records an attempt': { of: 'contact-attempt', as: 'viewer' },
    'a viewer records a referral': { of: 'referral', as: 'viewer' },
    'a viewer changes a referral': { of: 'referral-update', as: 'viewer' },
    'a viewer records a connection': { of: 'connection', as: 'viewer' },
    'a viewer records a status': { of: 'service-status', as: 'viewer' },
    'a viewer records an audit': { of: 'data-decay-audit', as: 'viewer' },
    'a viewer records a preference': { as: 'viewer' },
    'a viewer puts a service in scope': { of: 'scope', as: 'viewer' },
    'a viewer recomputes': { of: 'recompute', as: 'viewer' },
    'a viewer decides': { of: 'decision', as: 'viewer' },
    'an owner decides': { of: 'decision' },
    'an owner of another organisation writes': { as: 'ownerB' },
    'an owner of another organisation changes a referral': { of: 'referral-update', as: 'ownerB' },
    'an owner of another organisation reads': { of: 'scorecard', as: 'ownerB' },
    'an owner of another organisation recomputes': { of: 'recompute', as: 'ownerB' },
    'an owner writes for another organisation': { with: { org_id: '{orgB}' } },
    'an owner attempts for another organisation': {
      of: 'contact-attempt',
      with: { recorded_by_org_id: '{orgB}' },
    },
    'an owner refers for another organisation': { of: 'referral', with: { source_org_id: '{orgB}' } },
    'an owner changes a referral of another organisation': {
      of: 'referral-update',
      with: { source_org_id: '{orgB}' },
    },
    'somebody without a membership writes': { as: 'stranger' },
    'somebody without a membership reads': { of: 'scorecard', as: 'stranger' },
    'an organisation that does not exist': { with: { org_id: nobodys } },
    'an organisation that does not exist, for an app admin': { as: 'appAdmin', with: { org_id: nobodys } },
    'a scorecard of an organisation that does not exist': {
      of: 'scorecard',
      path: `/api/v1/pilot/metrics/scorecard?pilot_cycle_id=x&org_id=${nobodys}`,
    },
    'an organisation in a header': {
      as: 'stranger',
      headers: ['x-org-id: {orgA}', 'x-role: owner', 'x-user-id: {ownerId}'],
    },
    'claims about roles': { as: 'strangerWithClaims' },
    'permission before references': { as: 'viewer', with: { pilot_cycle_id: 'nowhere' } },
    'permission before an anchor': {
      of: 'connection',
      as: 'viewer',
      with: { contact_attempt_event_id: nobodys },
    },
    'permission before a referral': {
      of: 'referral-update',
      as: 'viewer',
      path: `/api/v1/pilot/events/referral/${nobodys}`,
    },
  }),
  ...cases(
    { ...sort, section: 'things that are not there', status: 404, problem: 'not-found' },
    {
      'a referral that nobody has': {
        of: 'referral-update',
        path: `/api/v1/pilot/events/referral/${nobodys}`,
      },
      'a referral of another organisation': {
        of: 'referral-update',
        path: '/api/v1/pilot/events/referral/{referralB}',
      },
      'an attempt in the place of a referral': {
        of: 'referral-update',
        path: '/api/v1/pilot/events/referral/{attempt}',
      },
      'a scorecard that was not computed': { of: 'scorecard' },
      'a scorecard of a cycle that nobody registered': {
        of: 'scorecard',
        path: '/api/v1/pilot/metrics/scorecard?pilot_cycle_id=parrot&org_id={orgA}',
      },
      'a scorecard of another window': { of: 'scorecard', query: `window_end=${at}` },
    },
  ),
  ...cases(
    { ...sort, section: 'things that are not there', status: 422, problem: 'unknown-reference' },
    {
      'a cycle that nobody registered': { with: { pilot_cycle_id: 'parrot' } },
      'a cycle in other letters': { with: { pilot_cycle_id: 'CYCLE-A' } },
      'a cycle with a LIKE pattern': { with: { pilot_cycle_id: 'cycle_a' } },
      'a service that nobody registered': { of: 'service-status', with: { service_id: 'parrot' } },
      'a referral to a service that nobody registered': {
        of: 'referral',
        with: { target_service_id: 'parrot' },
      },
      'a scope entry for a service that nobody registered': { of: 'scope', with: { service_id: 'parrot' } },
      'a recompute of a cycle that nobody registered': {
        of: 'recompute',
        with: { pilot_cycle_id: 'parrot' },
      },
      'an anchor that nobody has': { of: 'connection', with: { contact_attempt_event_id: nobodys } },
      'an anchor of another organisation': {
        of: 'connection',
        with: { contact_attempt_event_id: '{attemptB}' },
      },
      'a referral of another organisation as the anchor': {
        of: 'connection',
        without: 'contact_attempt_event_id',
        with: { referral_event_id: '{referralB}' },
      },
      'an attempt as the referral': {
        of: 'connection',
        without: 'contact_attempt_event_id',
        with: { referral_event_id: '{attempt}' },
      },
      'an anchor of another cycle': { of: 'connection', with: { pilot_cycle_id: otherCycle } },
      'a connection before its anchor': {
        of: 'connection',
        with: { connected_at: '2026-03-02T14:59:59.999Z' },
      },
    },
  ),
  ...cases(
    { section: 'unknown addresses', status: 404, problem: 'not-found' },
    {
      'an address under /api': { path: '/api/parrot', method: 'GET' },
      'another version': { path: '/api/v2/pilot/events/preference-fit' },
      'a slash more': { path: '/api/v1/pilot/events/preference-fit/' },
      'two slashes': { path: '/api/v1/pilot//events/preference-fit' },
      'capital letters': { path: '/api/v1/pilot/Events/preference-fit' },
      'dots, encoded': { path: '/api/v1/pilot/parrot/%2e%2e/events/preference-fit' },
      'a slash, encoded': { path: '/api/v1/pilot/events%2fpreference-fit' },
      'encoded twice': { path: '/api/v1/pilot/events/%2570reference-fit' },
      'a NUL, encoded': { path: '/api/v1/pilot/events/preference-fit%00' },
      'a backslash': { path: '/api/v1/pilot\\events\\preference-fit' },
      'a parameter of the path': { path: '/api/v1/pilot/events/preference-fit;notes=parrot' },
      'an asterisk': { path: '*', method: 'OPTIONS' },
      'outside /api': { path: '/parrot', method: 'GET' },
      'a file': { path: '/../../etc/passwd', method: 'GET' },
      TRACE: { of: 'scorecard', method: 'TRACE' },
      DELETE: { of: 'referral-update', method: 'DELETE' },
      PUT: { method: 'PUT' },
      OPTIONS: {
        method: 'OPTIONS',
        headers: ['origin: https://parrot.example', 'access-control-request-method: POST'],
      },
      'GET of a write': { method: 'GET' },
      'a method that is asked for in a header': {
        of: 'scorecard',
        path: '/api/v1/pilot/scope/services',
        headers: ['x-http-method-override: POST'],
      },
      'an unknown address with a body that is not read': {
        path: '/api/parrot',
        contentType: ['text/plain'],
        body: '{"notes":',
      },
    },
  ),
];
