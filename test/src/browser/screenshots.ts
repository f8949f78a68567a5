/** Takes pictures of every view in every look: `npm run screenshots`. What the views and looks are stands in two tables. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { helpIfWanted, readArguments, readOrEnd, UsageError } from '@tickwatch/runtime';
import type { Browser, BrowserContext } from 'playwright-core';
import { startBrowser } from './browser.ts';
import { startHouse } from './house.ts';
import { LOOKS, type Look } from './looks.ts';
import { publishPastDays } from './past-days.ts';
import { DOCS_PICTURES, PICTURE_VIEWS, type PictureView } from './picture-views.ts';
import { publishWalk, STOCKS } from './walk.ts';

helpIfWanted(`npm run screenshots [-- [--docs] [--view WORD] [--look WORD] [ADDRESS]]

Takes a picture of each view, light, dark, with high contrast, in forced colours and on a phone, into
artifacts/screenshots. Without an address it starts a system of its own, with a past of some days. It needs chromium.

  --docs        takes the pictures that the README shows instead, into docs/
  --view WORD   only the views whose name holds the word
  --look WORD   only the looks whose name holds the word

Examples:
  npm run screenshots
  npm run screenshots -- --view stock --look contrast http://localhost:8080
  npm run screenshots -- --docs`);

const SETTLE_MS = 4000;
/** As many pages at a time: the machine draws them all. */
const TOGETHER = 4;

interface Picture {
  readonly view: PictureView;
  readonly look: Look;
  readonly path: string;
}

const root = fileURLToPath(new URL('../../../', import.meta.url));

function asked() {
  const { values, positionals } = readArguments({
    options: {
      docs: { type: 'boolean', default: false },
      view: { type: 'string', default: '' },
      look: { type: 'string', default: '' },
    },
    allowPositionals: true,
  });
  const [address, more] = positionals;
  if (more !== undefined) throw new UsageError(`"${more}" is one argument too many`);
  if (address !== undefined && !/^https?:\/\//.test(address)) {
    throw new UsageError(`"${address}" is no address of a page, which is like http://localhost:8080`);
  }
  const pictures = values.docs ? docsPictures() : allPictures(values.view, values.look);
  if (pictures.length > 0) return { address, pictures };
  throw new UsageError(`no picture is called so; views: ${namesOf(PICTURE_VIEWS)}; looks: ${namesOf(LOOKS)}`);
}

function namesOf(list: readonly { readonly name: string }[]): string {
  return list.map(({ name }) => name).join(', ');
}

function allPictures(viewWord: string, lookWord: string): readonly Picture[] {
  return LOOKS.filter(({ name }) => name.includes(lookWord)).flatMap((look) =>
    PICTURE_VIEWS.filter(({ name }) => name.includes(viewWord)).map((view) => ({
      view,
      look,
      path: join(root, 'artifacts/screenshots', `${view.name}-${look.name}.png`),
    })),
  );
}

function docsPictures(): readonly Picture[] {
  return DOCS_PICTURES.flatMap(({ view: viewName, look: lookName, file }) => {
    const [view, look] = [
      PICTURE_VIEWS.find(({ name }) => name === viewName),
      LOOKS.find(({ name }) => name === lookName),
    ];
    return view === undefined || look === undefined ? [] : [{ view, look, path: join(root, 'docs', file) }];
  });
}

async function takeAll(browser: Browser, address: string, pictures: readonly Picture[]): Promise<void> {
  await mkdir(join(root, 'artifacts/screenshots'), { recursive: true });
  const waiting = [...pictures];
  await Promise.all(
    Array.from({ length: TOGETHER }, async () => {
      for (let picture = waiting.shift(); picture !== undefined; picture = waiting.shift()) {
        const context = await browser.newContext({ locale: 'en-US', ...picture.look.options });
        await take(context, address, picture);
        await context.close();
      }
    }),
  );
}

async function take(context: BrowserContext, address: string, { view, path }: Picture): Promise<void> {
  const page = await context.newPage();
  await page.goto(address + (typeof view.path === 'string' ? view.path : view.path(Date.now() / 1000)));
  await page.locator(view.filled).first().waitFor();
  await view.prepare?.(page);
  // Averages and rates need a moment.
  await setTimeout(view.settleMs ?? SETTLE_MS);
  await page.screenshot({ path });
  console.log(path.slice(root.length));
}

const { address, pictures } = readOrEnd(asked);
const browser = await startBrowser();
try {
  if (address !== undefined) await takeAll(browser, address, pictures);
  else {
    await using house = await startHouse();
    await publishPastDays(house, STOCKS);
    await using _walk = await publishWalk(house);
    await takeAll(browser, house.address, pictures);
  }
} finally {
  await browser.close();
}
