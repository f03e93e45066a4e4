/**
 * The condition keys that calls are judged with; a policy that asks for another one does not run here. These are of the
 * calls that roles make.
 */
export const ROLE_CONDITION_KEYS = [
  'aws:PrincipalArn',
  'aws:PrincipalAccount',
  'aws:PrincipalType',
  'aws:RequestedRegion',
  'aws:SecureTransport',
] as const;

/** Of the calls that services of AWS make on behalf of a resource. */
export const SERVICE_CONDITION_KEYS = ['aws:SourceArn', 'aws:SourceAccount', 'aws:SecureTransport'] as const;
