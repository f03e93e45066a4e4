import { cloudControl } from '../adapters/cloud-control.ts';
import { cloudControlLists } from '../adapters/cloud-control-lists.ts';
import { sageMaker } from '../adapters/sagemaker.ts';
import { readActions } from '../api/read-actions.ts';
import { maxWaitFromEnvironment, scopeFromEnvironment } from '../runtime/environment.ts';
import { patience } from '../runtime/patience.ts';
import { apiHandler } from './api-handler.ts';
import { readDesk } from './desks.ts';

/** The routes that tell: versions and images as they stand now, and operations. */
export const handler = apiHandler(
  readActions({
    desk: readDesk(),
    catalogue: { lists: cloudControlLists(), requests: cloudControl(), versions: sageMaker() },
    scope: scopeFromEnvironment(),
    patience,
    maxWaitSeconds: maxWaitFromEnvironment(),
  }),
  patience,
);
