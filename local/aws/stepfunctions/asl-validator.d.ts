/** asl-validator 4 brings no types. It writes a QueryLanguage into the states of what it is given. */
declare module 'asl-validator' {
  interface Verdict {
    readonly isValid: boolean;
    errorsText(separator?: string): string;
  }

  function validate(definition: object, options?: { checkPaths?: boolean; checkArn?: boolean }): Verdict;
  export = validate;
}
