import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { ApiError, getJson } from '../src/api/http.ts';
import { RequestQueue } from '../src/api/request-queue.ts';

/** Answers the next requests, one after the other. */
function answerWith(...bodies: readonly BodyInit[]): void {
  const left = [...bodies];
  globalThis.fetch = async () => new Response(left.shift() ?? '[]');
}

/** As where the line is cut within an answer. */
function cut(): ReadableStream {
  return new ReadableStream({
    pull(body) {
      body.error(new TypeError('network error'));
    },
  });
}

describe('an answer of the API', () => {
  it('that is cut off is trouble that passes, as no answer is', async () => {
    for (const body of [cut(), '<html>a proxy’s page']) {
      answerWith(body);
      await assert.rejects(getJson('/api/board'), (error) => error instanceof ApiError && error.passing);
    }
  });

  it('that nobody waits for any more is no trouble', async () => {
    answerWith(cut());
    const abort = new AbortController();
    const asked = getJson('/api/board', {}, abort.signal);
    abort.abort();
    await assert.rejects(asked, (error) => !(error instanceof ApiError));
  });

  it('that was cut off is asked for again by a queue', async () => {
    answerWith(cut(), '[1]');
    const queue = new RequestQueue(1);
    const body = await new Promise((resolve) => {
      queue.add('rows', async () => resolve((await getJson('/api/board')).body));
    });
    assert.deepEqual(body, [1]);
  });
});
