import { aliasesAsked, removedBy } from '../image-version/patch-document.ts';
import type { FullModel } from '../image-version/properties.ts';
import type { CallError } from '../ports.ts';
import { end, lookAgain, type Moment, poll } from './decision.ts';
import type { Decision, Operation, PhaseOf } from './operation.ts';

/** Reading the result of an operation that has reached its goal. */

/** The final properties, or undefined where a read does not see the version yet. */
export function readBack(
  operation: Operation,
  phase: PhaseOf<'read'>,
  model: FullModel | undefined,
  moment: Moment,
): Decision {
  const { effect, looks } = phase;
  if (model) {
    const note = noteOn(operation, model);
    return end(operation, { status: 'SUCCEEDED', effect, properties: model, ...note }, moment.now);
  }
  if (looks + 1 < READS) return poll(operation, { ...phase, looks: looks + 1 }, READ_DELAY);
  const note = `the version could not be read back: not found, ${READS} times`;
  return end(operation, { status: 'SUCCEEDED', effect, properties: null, note }, moment.now);
}

/** What AWS did not do of what the request asked for, although it reported success. */
function noteOn(operation: Operation, model: FullModel): { note?: string } {
  // SageMaker's own API has no way to unset a property, so its handler may pass a removal over (unverified).
  const kept = removedBy(operation.request).filter((name) => model[name] !== undefined);
  const missing = aliasesAsked(operation.request).filter((alias) => !model.Aliases.includes(alias));
  const notes = [
    ...(kept.length > 0 ? [`AWS did not remove ${kept.join(', ')}`] : []),
    ...(missing.length > 0 ? [`these aliases do not point to it: ${missing.join(', ')}`] : []),
  ];
  return notes.length > 0 ? { note: notes.join('; ') } : {};
}

/** A version that was just made is not found for a moment: 5 reads, 2 s apart, 8 s in all. */
const READS = 5;
const READ_DELAY = 2;

/** Reading the result failed. The operation has reached its goal all the same, and says what is missing. */
export function readBackFailed(
  operation: Operation,
  phase: PhaseOf<'read'>,
  error: CallError,
  moment: Moment,
): Decision {
  const { effect } = phase;
  const again = lookAgain(operation, phase, error, moment);
  if (again) return again;
  const note = `the version could not be read back: ${error.name}: ${error.message}`;
  return end(operation, { status: 'SUCCEEDED', effect, properties: null, note }, moment.now);
}
