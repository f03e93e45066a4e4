import { type Configuration, USUAL } from './configuration.ts';
import type { Mishap, Schedule, Step } from './schedule.ts';

/** Counts what schedules had in them, by kind: so that a run that broke nothing says what it tried. */
export class Drawn {
  readonly #counts = new Map<string, number>();

  count({ configuration, settings, steps, mishaps, stock }: Schedule): void {
    for (const [name, value] of Object.entries({ ...USUAL, ...configuration } satisfies Configuration)) {
      this.#add('configuration', `${name} ${Array.isArray(value) ? value.length : magnitude(Number(value))}`);
    }
    for (const [name, value] of Object.entries(settings)) this.#add('settings', `${name} ${value}`);
    for (const step of steps) this.#add('steps', nameOfStep(step));
    for (const mishap of mishaps) this.#add('faults', nameOfMishap(mishap));
    if (stock) this.#add('stock', `${stock.images * stock.versions * stock.aliases} aliases`);
  }

  /** A line for each group. */
  toString(): string {
    const groups = Map.groupBy([...this.#counts].toSorted(byName), ([name]) => name.split(': ')[0] ?? '');
    return [...groups]
      .map(([group, counts]) => {
        const shown = counts.map(([name, count]) => `${name.slice(group.length + 2)} ×${count}`);
        return `${group}: ${shown.join(', ')}`;
      })
      .join('\n');
  }

  #add(group: string, what: string): void {
    const name = `${group}: ${what}`;
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
  }
}

function byName([a]: readonly [string, number], [b]: readonly [string, number]): number {
  return a.localeCompare(b, 'en', { numeric: true });
}

/** Powers of ten, for values that are drawn from a range. */
function magnitude(value: number): string {
  const least = 10 ** Math.floor(Math.log10(value));
  return `${least}…`;
}

function nameOfStep(step: Step): string {
  switch (step.do) {
    case 'wait':
      return `wait ${step.days} d`;
    case 'upgrade':
      return step.change.regions ? 'upgrade with other regions' : 'upgrade';
    case 'deploy-anew':
      return `deploy-anew after ${step.daysGone} d`;
    case 'create':
    case 'update':
    case 'delete':
    case 'snapshot':
      return `${step.do} by ${step.by}`;
    case 'repeat':
    case 'cancel':
    case 'stop':
    case 'start-again':
    case 'restore-tables':
      return step.do;
    default:
      return step satisfies never;
  }
}

function nameOfMishap(mishap: Mishap): string {
  return mishap.at === 'handler' ? `handler ${mishap.rule.kind}` : `${mishap.at} ${mishap.what}`;
}
