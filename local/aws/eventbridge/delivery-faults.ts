import type { Faults } from '../../faults.ts';

/** How a test makes deliveries of events go wrong. */
export interface DeliveryFaults {
  /**
   * Asked before each attempt to hand an event over to a rule's target.
   * @param number - counts the rule's attempts since the start, from 1
   */
  faultOf(ruleName: string, number: number): DeliveryFault;
}

export type DeliveryFault =
  | { readonly kind: 'none' }
  /** The event is gone, and nobody is told. */
  | { readonly kind: 'lose' }
  /** The target gets the event twice. */
  | { readonly kind: 'twice' }
  /** The target refuses to take it; the rule's retry policy decides what follows. */
  | { readonly kind: 'refuse' };

/** Those that a test injects come first, then the fault rules of the control plane. */
export function deliveryFaults(faults: Faults, injected: DeliveryFaults | undefined): DeliveryFaults {
  return {
    faultOf: (ruleName, number) => {
      const fault = injected?.faultOf(ruleName, number) ?? { kind: 'none' };
      if (fault.kind !== 'none') return fault;
      const effect = faults.take(['lose-delivery', 'deliver-twice', 'refuse-delivery'], {
        service: 'AWSEvents',
        rule: ruleName,
      });
      switch (effect?.kind) {
        case undefined:
          return { kind: 'none' };
        case 'lose-delivery':
          return { kind: 'lose' };
        case 'deliver-twice':
          return { kind: 'twice' };
        case 'refuse-delivery':
          return { kind: 'refuse' };
        default:
          return effect satisfies never;
      }
    },
  };
}
