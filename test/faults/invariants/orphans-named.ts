import { type Observed, standing } from '../observed.ts';

/** Each version whose creation failed and that is still there is named by an operation that did not succeed. */
export function orphansNamed({ operations, store }: Observed): string[] {
  return standing(store)
    .filter(({ status }) => status === 'CREATE_FAILED')
    .filter(
      ({ arn }) =>
        !operations.some((one) => one.status !== 'SUCCEEDED' && (one.error?.message ?? '').includes(arn)),
    )
    .map(({ arn }) => `${arn} is CREATE_FAILED, and no error names it`);
}
