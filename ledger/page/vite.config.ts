import { createHash } from 'node:crypto';
import type { Plugin } from 'vite';
import { defineConfig } from 'vite';

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
const textOf = (source: string | Uint8Array): string =>
  typeof source === 'string' ? source : new TextDecoder().decode(source);

/** One file with everything in it, and a policy that lets nothing else in: the page is opened from a disk, by somebody who need not trust it. */
const oneFile = (): Plugin => ({
  name: 'one file',
  enforce: 'post',
  generateBundle(_, bundle) {
    let script = '';
    let style = '';
    let page = '';
    for (const [name, part] of Object.entries(bundle)) {
      if (part.type === 'chunk') script += part.code;
      else if (name.endsWith('.css')) style += textOf(part.source);
      else if (name.endsWith('.html')) page = textOf(part.source);
      delete bundle[name];
    }
    const code = script.replaceAll('</script', '<\\/script').trim();
    const policy = [
      `default-src 'none'`,
      `script-src ${hashOf(code)}`,
      `style-src ${hashOf(style)}`,
      `worker-src blob:`,
      `base-uri 'none'`,
      `form-action 'none'`,
    ].join('; ');
    const source = page
      .replaceAll(/\s*<script type="module"[^>]*><\/script>/g, '')
      .replaceAll(/\s*<link rel="(?:stylesheet|modulepreload)"[^>]*>/g, '')
      .replace(
        '<meta charset="utf-8" />',
        () => `<meta charset="utf-8" />\n    <meta http-equiv="Content-Security-Policy" content="${policy}" />`,
      )
      .replace('</head>', () => `<style>${style}</style>\n  </head>`)
      .replace('</body>', () => `<script type="module">${code}</script>\n  </body>`);
    this.emitFile({ type: 'asset', fileName: 'verify.html', source });
  },
});

export default defineConfig({
  root: import.meta.dirname,
  base: './',
  plugins: [oneFile()],
  worker: { format: 'iife' },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2023',
    modulePreload: { polyfill: false },
    cssCodeSplit: false,
    reportCompressedSize: false,
  },
});
