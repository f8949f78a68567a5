/** The media type of every error answer. */
export const PROBLEM_TYPE = 'application/problem+json';
