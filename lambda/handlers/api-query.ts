import { patience } from '../runtime/patience.ts';
import { apiHandler } from './api-handler.ts';

export const handler = apiHandler({}, patience);
