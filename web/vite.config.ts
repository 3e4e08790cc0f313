import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** Where the API is while pages are worked on with `vite`; what is built asks its own origin. */
const API = process.env['COUNTERSIGN_URL'] ?? 'http://127.0.0.1:4300';

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react()],
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
