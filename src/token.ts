import { SignJWT } from 'jose';

/** Makes an HS256 token for `userId`, for local use (spec 7: only with JWT_SECRET). */
export function makeToken(
  secret: string,
  userId: string,
  lifeSeconds: number,
  claims: { issuer?: string | undefined; audience?: string | undefined } = {},
): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  const token = new SignJWT({})
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setSubject(userId)
    .setIssuedAt(now)
    .setExpirationTime(now + lifeSeconds);
  if (claims.issuer) token.setIssuer(claims.issuer);
  if (claims.audience) token.setAudience(claims.audience);
  return token.sign(new TextEncoder().encode(secret));
}
