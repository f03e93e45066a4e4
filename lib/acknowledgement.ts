import { Stack, Validations } from 'aws-cdk-lib';
import type { IConstruct } from 'constructs';

/**
 * Acknowledges cdk-nag's finding that a policy names a resource with a wildcard, for exactly this resource.
 *
 * @param scope whose policies name it
 * @param resource `*`, or an ARN that ends in it; tokens are written as cdk-nag writes them, `<Logical.Att>`
 */
export function acknowledgeWildcard(scope: IConstruct, resource: string, reason: string): void {
  const text = asText(Stack.of(scope).resolve(resource));
  Validations.of(scope).acknowledge({ id: `AwsSolutions-IAM5[Resource::${text}]`, reason });
}

/** A resolved string in which references are written `<Name>`. */
function asText(resolved: unknown): string {
  if (typeof resolved === 'string') return resolved;
  if (typeof resolved === 'object' && resolved !== null) {
    if ('Ref' in resolved) return `<${String(resolved.Ref)}>`;
    if ('Fn::Join' in resolved && Array.isArray(resolved['Fn::Join'])) {
      const [separator, parts]: unknown[] = resolved['Fn::Join'];
      if (Array.isArray(parts)) return parts.map(asText).join(String(separator));
    }
  }
  throw new Error(`No text for ${JSON.stringify(resolved)}`);
}
