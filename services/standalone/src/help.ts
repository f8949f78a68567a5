import { answerArguments, type Usage } from '@tickwatch/runtime';
import { standaloneConfig } from './config.ts';

const USAGE: Usage = {
  command: 'npm start --',
  what: `Runs all of Tickwatch in one process: prices, their store, the API and the page. What is not set is embedded: a price
generator, PostgreSQL in DATA_DIR, the live hub. On a terminal it says how it is in lines for people, else in JSON lines.
Ctrl-C stores what waits and ends it; a second one ends it at once.`,
  examples: [
    'npm start',
    'PORT=8081 DATA_DIR=/var/lib/tickwatch npm start',
    'GENERATOR=off REDIS_URL=redis://localhost:6379 npm start',
    'GENERATOR_MOVES=percent GENERATOR_SESSIONS=on npm start',
  ],
};

/** Answers `--help`, and refuses other arguments. @returns true: it is answered */
export function answerHelp(): boolean {
  return answerArguments(USAGE, standaloneConfig);
}
