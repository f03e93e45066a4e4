import { submitHandler } from './submit-handler.ts';

/** Sends the requests of delete-image-version. */
export const handler = submitHandler('delete');
