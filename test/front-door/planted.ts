/** Words that can be found again wherever they come to stand, for tests that send them and look where they must not be. */

export const planted = (what: string) => `PLANTED-${what}-7d1f`;
export const SIGNATURE = planted('signature');
export const TOKEN = planted('session-token');
export const KEY = planted('idempotency-key');
export const NOTES = planted('release-notes');
export const BASE = `registry/${planted('base-image')}:1`;
export const SQL = planted('sql');
export const PARAM = planted('param');
export const MANIFEST = planted('manifest');
export const INPUT = planted('execution-input');
export const QUERY = planted('query-string');
export const WORDS = /PLANTED-[a-z-]+-7d1f/g;

export const SIGNED = {
  authorization: `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261124/us-east-1/execute-api/aws4_request, SignedHeaders=host, Signature=${SIGNATURE}`,
  'x-amz-security-token': TOKEN,
};

/** In AWS's words for what does not fit, which quote what was given. */
export function quoted(service: string, operation: string, times = 1): object {
  const message = `1 validation error detected: Value '{"ReleaseNotes":"${NOTES}","token":"${TOKEN}"}' at 'input' failed to satisfy constraint`;
  return {
    match: { service, operation },
    times,
    effect: { kind: 'error', name: 'ValidationException', message },
  };
}
