import { createHmac } from 'node:crypto';

/**
 * The form in which an entity's hash is stored: HMAC-SHA-256 under the service's own key over the organisation's UUID in
 * lower case, a NUL, and the 64 lower-case hex digits (spec 9). A plain hash of a telephone number can be reversed.
 * @returns 32 bytes, as PostgreSQL writes them in text
 */
export function storedEntityHash(pepper: string, orgId: string, entityKeyHash: string): string {
  return `\\x${createHmac('sha256', pepper).update(`${orgId}\0${entityKeyHash}`).digest('hex')}`;
}
