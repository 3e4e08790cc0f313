import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { TypstCompiler } from '@myriaddreamin/typst.ts';
import { CompileFormatEnum, createTypstCompiler } from '@myriaddreamin/typst.ts/compiler';
import { loadFonts } from '@myriaddreamin/typst.ts/options.init';

const FONTS = [
  '@expo-google-fonts/inter/400Regular/Inter_400Regular.ttf',
  '@expo-google-fonts/inter/600SemiBold/Inter_600SemiBold.ttf',
  '@expo-google-fonts/ibm-plex-mono/400Regular/IBMPlexMono_400Regular.ttf',
] as const;
const WASM = '@myriaddreamin/typst-ts-web-compiler/wasm';

const fromPackage = (path: string): Uint8Array => readFileSync(createRequire(import.meta.url).resolve(path));
const template = (name: string): string => readFileSync(new URL(`./${name}.typ`, import.meta.url), 'utf8');

let compiler: Promise<TypstCompiler> | undefined;

/** Takes a quarter of a second, once: the compiler is 28 MB of WebAssembly. It reaches no file and no network. */
async function start(): Promise<TypstCompiler> {
  const made = createTypstCompiler();
  await made.init({
    // The form that its loader wants: at the older one it complains on stderr.
    getModule: () => ({ module_or_path: fromPackage(WASM) }),
    beforeBuild: [loadFonts(FONTS.map(fromPackage), { assets: false })],
  });
  made.addSource('/sheet.typ', template('sheet'));
  return made;
}

/** A PDF from one of our templates and its data. Text of the data stays text, whatever stands in it. */
export async function typeset(name: 'posture' | 'period' | 'plan', data: object): Promise<Uint8Array> {
  const typst = await (compiler ??= start());
  typst.addSource(`/${name}.typ`, template(name));
  typst.mapShadow('/data.json', new TextEncoder().encode(JSON.stringify(data)));
  const { result, diagnostics = [] } = await typst.compile({
    mainFilePath: `/${name}.typ`,
    format: CompileFormatEnum.pdf,
    diagnostics: 'full',
  });
  if (result === undefined)
    throw new Error(diagnostics.map(({ path, range, message }) => `${path} ${range}: ${message}`).join('; '));
  return result;
}
