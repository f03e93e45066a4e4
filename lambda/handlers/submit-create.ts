import { submitHandler } from './submit-handler.ts';

/** Sends the requests of create-image-version. */
export const handler = submitHandler('create');
