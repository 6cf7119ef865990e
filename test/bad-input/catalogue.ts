import { authentication } from './authentication.ts';
import { authorisation } from './authorisation.ts';
import type { BadInput } from './bad-input.ts';
import { batches } from './batches.ts';
import { contentType } from './content-type.ts';
import { fieldValues } from './field-values.ts';
import { framing } from './framing.ts';
import { idempotency } from './idempotency.ts';
import { badIdentifiers } from './identifiers.ts';
import { jsonStructure } from './json-structure.ts';
import { limits } from './limits.ts';
import { privacy } from './privacy.ts';
import { queryStrings } from './query-strings.ts';
import { badTimes } from './times.ts';

/** Everything bad that we thought of sending, each with its exact answer. */
export const catalogue: readonly BadInput[] = [
  ...authentication,
  ...authorisation,
  ...framing,
  ...contentType,
  ...jsonStructure,
  ...privacy,
  ...fieldValues,
  ...badTimes,
  ...badIdentifiers,
  ...queryStrings,
  ...batches,
  ...idempotency,
  ...limits,
];
