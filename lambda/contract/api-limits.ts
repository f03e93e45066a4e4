/** Seconds that an answer is held at most: with what comes before and after, within API Gateway's 30. */
export const LONGEST_WAIT_SECONDS = 20;
