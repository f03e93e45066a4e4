/** A name with dashes as a construct's id: `api-query-read` is `ApiQueryRead`. */
export function pascal(name: string): string {
  return name.replaceAll(/(^|-)([a-z])/g, (_match, _dash, letter: string) => letter.toUpperCase());
}
