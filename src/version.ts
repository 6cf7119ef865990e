import packageJson from '../package.json' with { type: 'json' };

/** The version stamp on every row this service writes. */
export const serviceVersion: string = packageJson.version;
