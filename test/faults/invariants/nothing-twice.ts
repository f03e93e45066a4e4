import { isStock, labelOf, type Observed } from '../observed.ts';

/**
 * Of what one request asked for, one version at most was ever made: or as many as there were records of it, where it was
 * asked for again after the first one's was gone.
 */
export function nothingTwice({ operations, store }: Observed): string[] {
  const made = [...store.values()].flatMap((moments) => {
    const stood = moments.find(({ version }) => version?.status === 'CREATED')?.version;
    return stood && !isStock(stood) ? [stood] : [];
  });
  const byLabel = Map.groupBy(made, ({ baseImage }) => baseImage);
  const byRequest = Map.groupBy(operations, labelOf);
  return [
    ...[...byLabel]
      .filter(([label, versions]) => versions.length > Math.max(1, byRequest.get(label)?.length ?? 0))
      .map(
        ([label, versions]) => `${label} was made as ${versions.map(({ version }) => version).join(' and ')}`,
      ),
    ...[...byRequest]
      .map(([label, asked]) => [label, asked.filter(({ gone }) => !gone)] as const)
      .filter(([label, asked]) => label !== undefined && asked.length > 1)
      .map(([label, asked]) => `${label} is ${asked.map(({ operationId }) => operationId).join(' and ')}`),
  ];
}
