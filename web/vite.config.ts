import react from '@vitejs/plugin-react';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Plugin } from 'vite';
import { defineConfig } from 'vite';

/** Where the API is while pages are worked on with `vite`; what is built asks its own origin. */
const API = process.env['COUNTERSIGN_URL'] ?? 'http://127.0.0.1:4300';

/** Writes each script, style and image a second and third time, compressed once for everybody, for the server to hand out. */
const compressed = (): Plugin => ({
  name: 'compressed',
  apply: 'build',
  async writeBundle({ dir = '' }) {
    const assets = join(dir, 'assets');
    for (const name of await readdir(assets)) {
      if (!/\.(?:js|css|svg)$/.test(name)) continue;
      const bytes = await readFile(join(assets, name));
      if (bytes.length < 1024) continue;
      const params = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY };
      await writeFile(join(assets, `${name}.br`), await promisify(brotliCompress)(bytes, { params }));
      await writeFile(join(assets, `${name}.gz`), await promisify(gzip)(bytes, { level: 9 }));
    }
  },
});

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), compressed()],
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2023',
    // The server forbids inline content other than small images.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
  },
  server: { proxy: { '/api': { target: API, changeOrigin: true }, '/healthz': API } },
});
