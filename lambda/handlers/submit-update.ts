import { submitHandler } from './submit-handler.ts';

/** Sends the requests of update-image-version. */
export const handler = submitHandler('update');
