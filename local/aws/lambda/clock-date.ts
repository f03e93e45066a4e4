import type { SharedClock } from '../../clock.ts';

/**
 * A `Date` that tells the shared clock's time when it is asked for the current one, and is the machine's
 * `Date` in everything else: parsing, arithmetic, `instanceof`, time zones.
 */
export function clockDate(clock: SharedClock, machine: DateConstructor): DateConstructor {
  const jumped = new Float64Array(clock.jumped);
  // The same sum as Clock.now(): both sides must read the same instant.
  const now = () =>
    Math.round(clock.origin + (machine.now() - clock.origin) * clock.speed + (jumped[0] ?? 0));
  return new Proxy(machine, {
    construct: (target, args, newTarget) =>
      Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
    apply: () => new machine(now()).toString(),
    get: (target, key) => (key === 'now' ? now : Reflect.get(target, key)),
  });
}
