/**
 * Sends each route of an API parameters that it doesn't know (misspelt, of other routes, of other systems, of no meaning),
 * and known ones twice, empty or in other letters: each must be a 422 that names the parameter, never another answer.
 * Usage: ADMIN_TOKEN=TOKEN unknown-parameters.ts ADDRESS [SEED] [ROUNDS]
 */
interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly schema: { readonly type?: string; readonly anyOf?: readonly { readonly type?: string }[] };
}

interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly parameters?: readonly Parameter[] }>>>>;
}

const OTHER_SYSTEMS = ['start', 'end', 'from', 'to', 'since', 'tz', 'symbol', 'ticker', 'resolution', 'period', 'page'];
const VALUES = ['1', 'x', '2026-03-01', '1789027200', 'NASDAQ', '1h', '%00', ''];

const [address = '', seed = '1', rounds = '70'] = process.argv.slice(2);

let state = Number(seed);
function random(below: number): number {
  state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
  return Math.floor((state / 2 ** 32) * below);
}
const pick = <T>(items: readonly T[]): T => items[random(items.length)] as T;

/** A name that differs a little. */
function misspelt(name: string): string {
  const at = random(name.length);
  const letter = String.fromCharCode(97 + random(26));
  return pick([
    name.slice(0, at) + name.slice(at + 1),
    name.slice(0, at) + letter + name.slice(at),
    name.slice(0, at) + letter + name.slice(at + 1),
    name.toUpperCase(),
    `${name} `,
    `${name}[]`,
    name.replace('_', '-'),
    name.split('_')[0] ?? name,
    `${name}${name}`,
  ]);
}

function meaningless(): string {
  return Array.from({ length: 1 + random(12) }, () => String.fromCodePoint(1 + random(0x2fff))).join('');
}

function takesSeveral({ schema }: Parameter): boolean {
  return [schema, ...(schema.anyOf ?? [])].some(({ type }) => type === 'array');
}

const headers = { authorization: `Bearer ${process.env.ADMIN_TOKEN}` };

async function expectRefused(method: string, path: string, query: string, name: string): Promise<string | undefined> {
  const answer = await fetch(`${address}${path}?${query}`, { method, headers });
  const body = (await answer.json().catch(() => ({}))) as { readonly parameter?: string };
  const isProblem = answer.headers.get('content-type') === 'application/problem+json';
  if (answer.status === 422 && isProblem && body.parameter === name) return undefined;
  return `${method} ${path}?${query}: ${answer.status} ${JSON.stringify(body).slice(0, 200)}`;
}

const { paths } = (await (await fetch(`${address}/api/openapi.json`)).json()) as OpenApi;
const routes = Object.entries(paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, { parameters = [] }]) => ({
    method: method.toUpperCase(),
    path: path.replaceAll(/\{\w+\}/g, 'AAPL'),
    known: parameters.filter((parameter) => parameter.in === 'query'),
  })),
);
const all = [...new Set(routes.flatMap(({ known }) => known.map(({ name }) => name)))];
const problems: string[] = [];
let asked = 0;
for (const { method, path, known } of routes) {
  for (let round = 0; round < Number(rounds); round++) {
    const name = pick([misspelt(pick(all)), pick(all), pick(OTHER_SYSTEMS), meaningless()]);
    const parameter = known.find((one) => one.name === name);
    if (parameter !== undefined && takesSeveral(parameter)) continue;
    const encoded = encodeURIComponent(name);
    const twice = parameter !== undefined ? `&${encoded}=2` : '';
    const problem = await expectRefused(method, path, `${encoded}=${twice === '' ? pick(VALUES) : '1'}${twice}`, name);
    if (problem !== undefined) problems.push(problem);
    asked++;
  }
}
for (const problem of problems.slice(0, 20)) console.error(problem);
console.log(`${asked} requests with unknown or doubled parameters, ${problems.length} not refused (seed ${seed})`);
process.exitCode = problems.length === 0 && asked > 0 ? 0 : 1;
