import type { Command } from 'commander';
import { z } from 'zod';
import { readSettings } from '../../config.ts';
import { makeToken } from '../../token.ts';
import { describe, perform } from '../command.ts';
import { isEmbedded, onEmbedded } from '../databases.ts';
import { CommandFailure } from '../failure.ts';
import { timeToLive, uuid } from '../fields.ts';
import type { Progress } from '../progress.ts';

export function addTokenCommand(program: Command): void {
  const token = describe(
    program,
    'token',
    'Prints a token for a user, for local use with JWT_SECRET or the embedded database.',
    'token --user USER_ID --ttl 12h',
  )
    .requiredOption('--user <uuid>', 'who the token speaks for')
    .option('--ttl <time>', 'how long it is good', '1h');
  perform(token, z.object({ user: uuid, ttl: timeToLive }), async ({ user, ttl }, progress) => {
    const { JWT_ISSUER: issuer, JWT_AUDIENCE: audience } = readSettings();
    const token = await makeToken(await secret(progress), user, ttl, { issuer, audience });
    return { data: { token, expires_in: ttl }, text: token };
  });
}

async function secret(progress: Progress): Promise<string> {
  const settings = readSettings();
  if (settings.JWT_PUBLIC_KEY || settings.JWT_JWKS_URL)
    throw new CommandFailure(
      'The service verifies tokens with a public key; get the token from the identity provider that has the private one.',
    );
  if (settings.JWT_SECRET) return settings.JWT_SECRET;
  if (!isEmbedded(settings)) throw new CommandFailure('JWT_SECRET must be set.');
  return onEmbedded(settings, progress, 'as it is', async ({ secrets }) => secrets.jwtSecret);
}
