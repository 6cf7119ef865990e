import { oneEn as one } from './plural.ts';

/** What metrics and the values of events are called in English; every other language has names for the same. `n` is the numerator itself. */
export const namesEn = {
  metrics: {
    M1: {
      name: 'Failed contact rate',
      short: 'Failed contacts',
      meaning: 'Of all attempts to reach a service, the share that did not get through.',
      counted: (_n: number, numerator: string, denominator: string) =>
        `${numerator} of ${denominator} attempts failed`,
      nothing: 'No attempt to reach a service was recorded in this period.',
    },
    M2: {
      name: 'Time to connection',
      short: 'Median time',
      meaning: 'How long it took from the attempt or the referral to the connection that came of it.',
      counted: (n: number, denominator: string) =>
        `median of ${denominator} ${one(n, 'connection', 'connections')}`,
      nothing: 'No connection with a usable time was recorded in this period.',
    },
    M3: {
      name: 'Referral completion capture rate',
      short: 'Known endings',
      meaning: 'Of all referrals, the share whose end is known, whatever it was.',
      counted: (_n: number, numerator: string, denominator: string) =>
        `${numerator} of ${denominator} referrals ended`,
      nothing: 'No referral was made in this period.',
    },
    M4: {
      name: 'Freshness SLA compliance',
      short: 'Checked in time',
      meaning: 'Of the services in scope, the share that somebody checked recently enough.',
      counted: (_n: number, numerator: string, denominator: string) =>
        `${numerator} of ${denominator} services checked in time`,
      nothing: 'No service is in scope.',
    },
    M5: {
      name: 'Repeat failure rate',
      short: 'Repeat failures',
      meaning: 'Of the people who tried to reach a service, the share who failed twice or more.',
      counted: (_n: number, numerator: string, denominator: string) =>
        `${numerator} of ${denominator} people failed twice or more`,
      nothing: 'Nobody tried to reach a service in this period.',
    },
    M6: {
      name: 'Data-decay fatal error rate',
      short: 'Fatal errors',
      meaning: 'Of all audits of listings, the share that found an error which makes the listing useless.',
      counted: (_n: number, numerator: string, denominator: string) =>
        `${numerator} of ${denominator} audits found a fatal error`,
      nothing: 'No listing was audited in this period.',
    },
    M7: {
      name: 'Preference-fit indicator',
      short: 'Preference',
      meaning: 'Of all answers to the question, the share that prefers to find help through CareConnect.',
      counted: (_n: number, numerator: string, denominator: string) =>
        `${numerator} of ${denominator} answers prefer CareConnect`,
      nothing: 'Nobody answered the question in this period.',
    },
  },
  percentiles: { M2_P50: 'Median', M2_P75: '75th percentile', M2_P90: '90th percentile' },
  quality: { ok: 'Data complete enough', below_minimum: 'Data not complete enough', no_data: 'No data' },
  /** What a metric measures about its data, and the least that it should be. */
  measures: {
    outcome_completeness: (value: string, minimum: string, _n: number) =>
      `${value} of attempts have an outcome (${minimum} are needed)`,
    usable_timestamps: (value: string, minimum: string, _n: number) =>
      `${value} of connections have usable times (${minimum} are needed)`,
    state_completeness: (value: string, minimum: string, _n: number) =>
      `${value} of referrals have a state (${minimum} are needed)`,
    tier_completeness: (value: string, minimum: string, _n: number) =>
      `${value} of services have a tier (${minimum} are needed)`,
    hash_coverage: (value: string, minimum: string, _n: number) =>
      `${value} of attempts carry a code that tells people apart (${minimum} are needed)`,
    sampled_records: (value: string, minimum: string, n: number) =>
      `${value} ${one(n, 'audit was', 'audits were')} made (${minimum} are needed)`,
    dual_source_verification: (value: string, minimum: string, _n: number) =>
      `${value} of audits were confirmed by a call or by the provider (${minimum} are needed)`,
    cohort_attribution: (value: string, minimum: string, _n: number) =>
      `${value} of answers name a cohort (${minimum} are needed)`,
  },
  channels: {
    phone: 'phone',
    website: 'website',
    email: 'e-mail',
    in_person: 'in person',
    referral: 'referral',
  },
  outcomes: {
    connected: 'Connected',
    disconnected_number: 'Number disconnected',
    no_response: 'No response',
    intake_unavailable: 'Intake unavailable',
    invalid_routing: 'Wrong routing',
    other_failure: 'Another failure',
  },
  states: {
    initiated: 'Still open',
    connected: 'Connected',
    failed: 'Failed',
    client_withdrew: 'Person withdrew',
    no_response_timeout: 'No response in time',
  },
  reasons: {
    disconnected_number: 'Number disconnected',
    no_response: 'No response',
    intake_closed: 'Intake closed',
    ineligible: 'Not eligible',
    capacity_full: 'No room',
    unknown_failure: 'Unknown',
  },
  tiers: { crisis: 'Crisis', high_demand: 'High demand', standard: 'Standard' },
  statusCodes: {
    available: 'available',
    temporarily_unavailable: 'temporarily unavailable',
    closed: 'closed',
    unknown: 'unknown',
  },
  categories: {
    none: 'No fatal error',
    wrong_or_disconnected_phone: 'Wrong or disconnected phone',
    invalid_or_defunct_intake_path: 'Intake path invalid or gone',
    materially_incorrect_eligibility: 'Eligibility materially incorrect',
    service_closed_or_unavailable_but_listed_available: 'Closed or unavailable, but listed as available',
  },
  modes: {
    web_only: 'web only',
    web_plus_call: 'web and a call',
    provider_confirmation: 'confirmed by the provider',
  },
};
