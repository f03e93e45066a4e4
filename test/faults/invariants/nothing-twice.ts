import { labelOf, type Observed } from '../observed.ts';

/** Of what one request asked for, one version at most was ever made. */
export function nothingTwice({ operations, store }: Observed): string[] {
  const made = [...store.values()].flatMap((moments) => {
    const stood = moments.find(({ version }) => version?.status === 'CREATED')?.version;
    return stood ? [stood] : [];
  });
  const byLabel = Map.groupBy(made, ({ baseImage }) => baseImage);
  const byRequest = Map.groupBy(operations, labelOf);
  return [
    ...[...byLabel]
      .filter(([, versions]) => versions.length > 1)
      .map(
        ([label, versions]) => `${label} was made as ${versions.map(({ version }) => version).join(' and ')}`,
      ),
    ...[...byRequest]
      .filter(([label, asked]) => label !== undefined && asked.length > 1)
      .map(([label, asked]) => `${label} is ${asked.map(({ operationId }) => operationId).join(' and ')}`),
  ];
}
