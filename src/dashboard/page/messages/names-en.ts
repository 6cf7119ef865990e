/** What metrics and the values of events are called in English; every other language has names for the same. */
export const namesEn = {
  metrics: {
    M1: {
      name: 'Failed contact rate',
      meaning: 'Of all attempts to reach a service, the share that did not get through.',
      counted: (numerator: string, denominator: string) => `${numerator} of ${denominator} attempts failed`,
      nothing: 'No attempt to reach a service was recorded in this window.',
    },
    M2: {
      name: 'Time to connection',
      meaning: 'How long it took from the attempt or the referral to the connection that came of it.',
      counted: (_: string, denominator: string, n: number) =>
        `median of ${denominator} ${n === 1 ? 'connection' : 'connections'}`,
      nothing: 'No connection with a usable time was recorded in this window.',
    },
    M3: {
      name: 'Referral completion capture rate',
      meaning: 'Of all referrals, the share whose end is known, whatever it was.',
      counted: (numerator: string, denominator: string) => `${numerator} of ${denominator} referrals ended`,
      nothing: 'No referral was made in this window.',
    },
    M4: {
      name: 'Freshness SLA compliance',
      meaning: 'Of the services in scope, the share that somebody checked recently enough.',
      counted: (numerator: string, denominator: string) =>
        `${numerator} of ${denominator} services checked in time`,
      nothing: 'No service is in scope.',
    },
    M5: {
      name: 'Repeat failure rate',
      meaning: 'Of the people who tried to reach a service, the share who failed twice or more.',
      counted: (numerator: string, denominator: string) =>
        `${numerator} of ${denominator} people failed twice or more`,
      nothing: 'Nobody tried to reach a service in this window.',
    },
    M6: {
      name: 'Data-decay fatal error rate',
      meaning: 'Of all audits of listings, the share that found an error which makes the listing useless.',
      counted: (numerator: string, denominator: string) =>
        `${numerator} of ${denominator} audits found a fatal error`,
      nothing: 'No listing was audited in this window.',
    },
    M7: {
      name: 'Preference-fit indicator',
      meaning: 'Of all answers to the question, the share that prefers this way to find help.',
      counted: (numerator: string, denominator: string) =>
        `${numerator} of ${denominator} answers prefer this way`,
      nothing: 'Nobody answered the question in this window.',
    },
  },
  percentiles: { M2_P50: 'Median', M2_P75: '75th percentile', M2_P90: '90th percentile' },
  quality: { ok: 'Meets its minimum', below_minimum: 'Below its minimum', no_data: 'No data' },
  measures: {
    outcome_completeness: 'attempts with an outcome',
    usable_timestamps: 'connections with usable times',
    state_completeness: 'referrals with a state',
    tier_completeness: 'services with a tier',
    never_checked: 'services never checked',
    hash_coverage: 'attempts that tell people apart',
    sampled_records: 'audits',
    dual_source_verification: 'audits by call or by the provider',
    cohort_attribution: 'answers with a cohort',
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
    provider_confirmation: 'the provider',
  },
};
