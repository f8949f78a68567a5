import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { defineConfig, type Plugin } from 'vite';
import { leanCentrifuge } from './lean-centrifuge.ts';

const backend = process.env.TICKWATCH_URL ?? 'http://localhost:8080';

/** Names the page's font in the page itself, so that the first text is drawn in it, and keeps packed copies of all text. */
function pageFinish(): Plugin {
  let folder = '';
  return {
    name: 'tickwatch-page-finish',
    apply: 'build',
    configResolved: ({ build, root }) => {
      folder = resolve(root, build.outDir);
    },
    transformIndexHtml: {
      order: 'post',
      handler: (_html, { bundle = {} }) => [
        ...Object.keys(bundle)
          .filter((file) => file.endsWith('.woff2'))
          .map((file) => preload({ as: 'font', type: 'font/woff2', href: `/${file}` })),
        // What time it is, which the page needs to know before it draws (clock-watch.ts).
        preload({ as: 'fetch', href: '/api/udf/time' }),
      ],
    },
    closeBundle: () => {
      for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
        if (!/\.(?:js|css|html|svg)$/.test(name)) continue;
        const content = readFileSync(join(folder, name));
        writeFileSync(join(folder, `${name}.gz`), gzipSync(content, { level: 9 }));
        writeFileSync(join(folder, `${name}.br`), brotliCompressSync(content));
      }
    },
  };
}

/** What of the core only later parts use; all of the core is reached through its index. */
const LATER = /\/core\/src\/(?:decimal-text|edit-distance|near-names)\.ts$/;

/** What is in the first file: what the page begins with, and what a stock's page and its history share. */
const first = new Set<string>();

function firstFile(): Plugin {
  return {
    name: 'tickwatch-first-file',
    apply: 'build',
    buildEnd() {
      const needs = (file: string, known = new Set<string>()): ReadonlySet<string> => {
        if (known.has(file)) return known;
        known.add(file);
        for (const id of this.getModuleInfo(file)?.importedIds ?? []) needs(id, known);
        return known;
      };
      const of = (file: string) => needs(resolve(import.meta.dirname, 'src', file));
      const history = of('history/history-view.tsx');
      const shared = [...of('stock/stock-view.tsx')].filter((id) => history.has(id));
      for (const id of [...of('main.tsx'), ...shared, ...of('stock/drawing/canvas-layer.ts')])
        if (!LATER.test(id)) first.add(id);
    },
  };
}

function preload(attrs: Readonly<Record<string, string>>) {
  return { tag: 'link', attrs: { rel: 'preload', ...attrs, crossorigin: true }, injectTo: 'head' as const };
}

export default defineConfig({
  plugins: [pageFinish(), leanCentrifuge(), firstFile()],
  build: {
    target: 'es2022',
    sourcemap: false,
    // Everything is a file of its own: the page's Content-Security-Policy allows no data: scripts or styles.
    assetsInlineLimit: 0,
    // One file of styles, which is there from the start: no part of the page comes without its own when a line is cut.
    cssCodeSplit: false,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      // The core's HTTP schemas run when they are loaded; the page needs only their types.
      treeshake: { moduleSideEffects: (id) => !id.includes('/packages/core/') },
      output: {
        codeSplitting: {
          groups: [
            // What parts share is in one file each: fewer requests, and many small files pack badly.
            { name: 'vendor', test: /node_modules\/(preact|@preact|centrifuge)\//, priority: 4 },
            { name: 'page', test: (id) => first.has(id), priority: 1 },
          ],
        },
      },
    },
  },
  server: {
    proxy: { '/api': backend, '/connection': { target: backend, ws: true } },
  },
});
