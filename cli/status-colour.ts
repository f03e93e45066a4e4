/** The colour of a status word, of operations, image versions and resources of manifests alike. */
export function statusColour(status: string): 'green' | 'yellow' | 'red' | undefined {
  const [word = ''] = status.split(',');
  if (/^(SUCCEEDED|SUCCESS|CREATED|done)$/.test(word)) return 'green';
  if (/^(QUEUED|RUNNING|IN_PROGRESS|PENDING|CREATING|DELETING|running|waiting|planned)$/.test(word))
    return 'yellow';
  if (/FAILED$|^(TIMED_OUT|CANCELLED|failed|blocked)$/.test(word)) return 'red';
  return undefined;
}
