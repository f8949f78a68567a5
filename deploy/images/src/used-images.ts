import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where an image of others is named: a service's `image`, or an argument of the Dockerfile that a service is built by. */
export type Place =
  | { readonly kind: 'image'; readonly service: string }
  | { readonly kind: 'argument'; readonly service: string; readonly argument: string };

export interface UsedImage {
  /** Name and tag, as `redis:8`. */
  readonly image: string;
  readonly places: readonly Place[];
}

/** The Dockerfiles name their bases in arguments before the first FROM, as `ARG NODE_IMAGE=node:24-trixie-slim`. */
const BASE = /^ARG ([A-Z]+_IMAGE)=(\S+)$/gm;
const SERVICE = /^ {2}([a-z_]+):$/;
const OWN = /^tickwatch-/;

interface Found {
  readonly image: string;
  readonly place: Place;
}

function basesOf(root: string, folder: string, service: string): readonly Found[] {
  const text = readFileSync(join(root, folder, 'Dockerfile'), 'utf8');
  return [...text.matchAll(BASE)].map(([, argument = '', image = '']) => ({
    image,
    place: { kind: 'argument', service, argument },
  }));
}

function findIn(root: string, service: string, lines: readonly string[]): readonly Found[] {
  return lines.flatMap((line): readonly Found[] => {
    const image = /^ {4}image: (\S+)$/.exec(line)?.[1];
    if (image !== undefined && !OWN.test(image)) return [{ image, place: { kind: 'image', service } }];
    const folder = /^ {4}build: (?:\{ context: )?([^ ,}]+)/.exec(line)?.[1];
    return folder === undefined ? [] : basesOf(root, folder, service);
  });
}

/**
 * The images of others that the stack is made of, in order of their names.
 * @param root the folder with compose.yaml
 */
export function usedImages(root: string): readonly UsedImage[] {
  const places = new Map<string, Place[]>();
  let service = '';
  for (const line of readFileSync(join(root, 'compose.yaml'), 'utf8').split('\n')) {
    service = SERVICE.exec(line)?.[1] ?? service;
    for (const { image, place } of findIn(root, service, [line])) {
      places.set(image, [...(places.get(image) ?? []), place]);
    }
  }
  return [...places].map(([image, at]) => ({ image, places: at })).sort((a, b) => (a.image < b.image ? -1 : 1));
}
