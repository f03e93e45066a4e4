/** The name that was probably meant. */

/** Longer ones are no slip of the keys. */
const LONGEST = 100;

/** Without case and separators, so that `ImageName` and `image_name` are one. */
export function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');
}

/** The known name that is nearest to a given one, or undefined where none is near. */
export function nearest(given: string, known: Iterable<string>): string | undefined {
  if (given.length > LONGEST) return undefined;
  const wanted = plain(given);
  let best: { name: string; distance: number } | undefined;
  for (const name of known) {
    const distance = distanceOf(wanted, plain(name));
    if (!best || distance < best.distance) best = { name, distance };
  }
  // A third of the letters may be wrong: more is another name.
  return best && best.distance <= Math.max(1, Math.floor(wanted.length / 3)) ? best.name : undefined;
}

/** `: did you mean x?`, or nothing. */
export function suggestion(given: string, known: Iterable<string>): string {
  const name = nearest(given, known);
  return name === undefined ? '' : `: did you mean ${name}?`;
}

/** How many letters have to be put in, left out, changed or swapped with their neighbour to make one of the other. */
function distanceOf(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const change = (last[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      let least = Math.min(change, (last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        least = Math.min(least, (beforeLast[j - 2] ?? 0) + 1);
      }
      row.push(least);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? 0;
}
