import { fromEnv } from '@aws-sdk/credential-provider-env';

/**
 * Takes the place of the SDK's default credential chain in the bundles (the alias stands in
 * lib/bundling.ts). Lambda hands a function its role's credentials in the environment and
 * nowhere else, so the chain's other sources (profiles, SSO, instance metadata, STS and the clients that they
 * bring) are 87 KB that could never be used there.
 */
export const defaultProvider = () => fromEnv();
