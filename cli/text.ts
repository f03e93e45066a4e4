/** Text on a terminal: how wide it is, and what must not get there. */

/** Takes the place of what was cut off. */
const CUT = '…';

/** Characters that steer the terminal, break the line or turn the direction of writing. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is looked for.
const STEERING = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]+/g;

/** On one line, and harmless: what others wrote must not steer a terminal. */
export function plain(text: string): string {
  return text.replaceAll(STEERING, ' ');
}

/** Chinese, Japanese, Korean and most pictures take two columns. */
const WIDE =
  /^[\p{Emoji_Presentation}\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]/u;
const ASCII = /^[\x20-\x7e]*$/;

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

function characters(text: string): { readonly text: string; readonly width: number }[] {
  return [...graphemes.segment(text)].map(({ segment }) => ({
    text: segment,
    width: WIDE.test(segment) ? 2 : 1,
  }));
}

/** Columns that a text takes. */
export function widthOf(text: string): number {
  return ASCII.test(text) ? text.length : characters(text).reduce((sum, { width }) => sum + width, 0);
}

/** Within so many columns, with … where something is left out: at the end, or in front. */
export function cut(text: string, width: number, where: 'end' | 'front' = 'end'): string {
  if (widthOf(text) <= width) return text;
  const all = characters(text);
  const kept: string[] = [];
  let left = width - 1;
  for (const character of where === 'end' ? all : all.toReversed()) {
    left -= character.width;
    if (left < 0) break;
    kept.push(character.text);
  }
  return where === 'end' ? kept.join('') + CUT : CUT + kept.reverse().join('');
}
