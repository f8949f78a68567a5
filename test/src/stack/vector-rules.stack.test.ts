/**
 * Runs the cases of deploy/vector/tests.yaml. Vector's own `vector test` does it where the image is the original;
 * the local stand-in has no such command but the same language, so each case is laid out for it as a pipeline from
 * standard input: the case's line, the transforms of vector.yaml from the case's entry on, and its conditions.
 */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { parse, stringify } from 'yaml';
import { docker, feedDocker, PROJECT, tryDocker } from './docker.ts';

const IMAGE = 'timberio/vector:0.48.0-debian';
const FOLDER = join(PROJECT, 'deploy/vector');

type Transforms = Readonly<Record<string, { readonly inputs: readonly string[] }>>;

interface Case {
  readonly name: string;
  readonly inputs: readonly [{ readonly insert_at: string; readonly log_fields: Readonly<Record<string, string>> }];
  readonly outputs?: readonly [
    { readonly extract_from: string; readonly conditions: readonly { readonly source: string }[] },
  ];
  readonly no_outputs_from?: readonly string[];
}

const { transforms } = parse(await readFile(join(FOLDER, 'vector.yaml'), 'utf8')) as {
  readonly transforms: Transforms;
};
const { tests } = parse(await readFile(join(FOLDER, 'tests.yaml'), 'utf8')) as { readonly tests: readonly Case[] };

/** The transforms at and below an entry; the entry reads the case's line. */
function pipeline(entry: string): Transforms {
  const kept: Record<string, Transforms[string]> = {};
  for (const [name, transform] of Object.entries(transforms)) {
    const inputs = transform.inputs.filter((input) => (input.split('.')[0] as string) in kept);
    if (name === entry) kept[name] = { ...transform, inputs: ['event'] };
    else if (inputs.length > 0) kept[name] = { ...transform, inputs };
  }
  return kept;
}

function configuration({ inputs: [input], outputs, no_outputs_from: silent }: Case): object {
  const [output] = outputs ?? [];
  const conditions = (output?.conditions ?? []).map(({ source }) => source).join('\n');
  return {
    sources: { line: { type: 'stdin' } },
    transforms: {
      event: { type: 'remap', inputs: ['line'], drop_on_error: true, source: '. = object!(parse_json!(.message))' },
      ...pipeline(input.insert_at),
      ...(output && {
        verdict: {
          type: 'remap',
          inputs: [output.extract_from],
          drop_on_error: true,
          source: `${conditions}\n. = {"passed": true}`,
        },
      }),
    },
    sinks: { out: { type: 'console', inputs: output ? ['verdict'] : silent, encoding: { codec: 'json' } } },
  };
}

const isStandIn = (await docker('run', '--rm', IMAGE, '--version')).includes('stand-in');

if (!isStandIn) {
  test('vector test passes, without a warning', async () => {
    const files = ['vector.yaml', 'tests.yaml'].map((file) => `/etc/vector/${file}`);
    const url = 'METRICS_DATABASE_URL=postgres://nobody@nowhere/nothing';
    const args = ['run', '--rm', '--volume', `${FOLDER}:/etc/vector:ro`, '--env', url, IMAGE, 'test', ...files];
    const { code, stdout, stderr } = await tryDocker(args);
    assert.equal(code, 0, stdout + stderr);
    assert.doesNotMatch(stdout + stderr, /(?:warning|error)\[E\d+\]/);
  });
}

// Each is a container that starts and ends: several wait at once.
describe('collector', { concurrency: 4 }, () => {
  for (const example of isStandIn ? tests : []) test(example.name, () => assertCase(example));
});

async function assertCase(example: Case): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'vector-rules-'));
  try {
    await writeFile(join(folder, 'vector.yaml'), stringify(configuration(example)));
    const line = JSON.stringify(example.inputs[0].log_fields);
    const said = await feedDocker(
      `${line}\n`,
      'run',
      '--rm',
      '--interactive',
      '--volume',
      `${folder}:/etc/vector:ro`,
      IMAGE,
    );
    assert.equal(said.trim(), example.outputs ? '{"passed":true}' : '');
  } finally {
    await rm(folder, { recursive: true });
  }
}
