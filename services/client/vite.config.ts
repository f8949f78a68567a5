import { defineConfig } from 'vite';

const backend = process.env.TICKWATCH_URL ?? 'http://localhost:8080';

export default defineConfig({
  build: {
    target: 'es2022',
    sourcemap: false,
    // Everything is a file of its own: the page's Content-Security-Policy allows no data: scripts or styles.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      // The core's HTTP schemas run when they are loaded; the page needs only their types.
      treeshake: { moduleSideEffects: (id) => !id.includes('/packages/core/') },
      output: {
        codeSplitting: { groups: [{ name: 'vendor', test: /node_modules\/(preact|@preact|centrifuge)\// }] },
      },
    },
  },
  server: {
    proxy: { '/api': backend, '/connection': { target: backend, ws: true } },
  },
});
