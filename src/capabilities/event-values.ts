import { z } from 'zod';

/** What an event may say, where the schema names every value (spec 2.4): its capability accepts them, and others count them. */

export const attemptChannel = z.enum(['phone', 'website', 'email', 'in_person', 'referral']);

export const attemptOutcome = z.enum([
  'connected',
  'disconnected_number',
  'no_response',
  'intake_unavailable',
  'invalid_routing',
  'other_failure',
]);

export const referralState = z.enum([
  'initiated',
  'connected',
  'failed',
  'client_withdrew',
  'no_response_timeout',
]);

export const failureReason = z.enum([
  'disconnected_number',
  'no_response',
  'intake_closed',
  'ineligible',
  'capacity_full',
  'unknown_failure',
]);

/** The states that may have a reason. */
export const failureStates = ['failed', 'no_response_timeout'] as const satisfies z.infer<
  typeof referralState
>[];

export const fatalErrorCategory = z.enum([
  'wrong_or_disconnected_phone',
  'invalid_or_defunct_intake_path',
  'materially_incorrect_eligibility',
  'service_closed_or_unavailable_but_listed_available',
]);

export const verificationMode = z.enum(['web_only', 'web_plus_call', 'provider_confirmation']);

export const statusCode = z.enum(['available', 'temporarily_unavailable', 'closed', 'unknown']);
