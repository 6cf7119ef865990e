import { randomBytes, randomUUIDv7 } from 'node:crypto';
import { existsSync } from 'node:fs';
import * as fs from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const secretsShape = z.object({
  superuserPassword: z.string(),
  ownerPassword: z.string(),
  appPassword: z.string(),
  jwtSecret: z.string(),
  entityKeyPepper: z.string(),
  /** Who the token that is printed at start speaks for. */
  demoUserId: z.string(),
});

export type EmbeddedSecrets = z.infer<typeof secretsShape>;

/**
 * The secrets of the embedded database in `directory`, made when they are not there yet.
 * @throws Error with one sentence when the file is there and cannot be read
 */
export async function loadSecrets(directory: string): Promise<EmbeddedSecrets> {
  const file = join(directory, 'secrets.json');
  const secret = () => randomBytes(32).toString('hex');
  const made: EmbeddedSecrets = {
    superuserPassword: secret(),
    ownerPassword: secret(),
    appPassword: secret(),
    jwtSecret: secret(),
    entityKeyPepper: secret(),
    demoUserId: randomUUIDv7(),
  };
  // Written whole under another name and then linked, which fails when another process was first.
  const draft = `${file}.${randomBytes(4).toString('hex')}`;
  if (!existsSync(file)) {
    await fs.writeFile(draft, `${JSON.stringify(made, null, 2)}\n`, { mode: 0o600 });
    await fs.link(draft, file).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
    });
    await fs.rm(draft);
  }
  try {
    return secretsShape.parse(JSON.parse(await fs.readFile(file, 'utf8')));
  } catch {
    throw new Error(`The secrets in ${file} cannot be read. Restore the file; without it the data is lost.`);
  }
}
