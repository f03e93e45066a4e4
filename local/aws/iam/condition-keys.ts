/** The condition keys that a call is judged with. A policy that asks for another one does not run here. */
const CONDITION_KEYS = [
  'aws:PrincipalArn',
  'aws:PrincipalAccount',
  'aws:PrincipalType',
  'aws:RequestedRegion',
  'aws:SecureTransport',
] as const;

export type ConditionKey = (typeof CONDITION_KEYS)[number];

export function isKnownConditionKey(key: string): boolean {
  return CONDITION_KEYS.some((known) => known.toLowerCase() === key.toLowerCase());
}
