#!/usr/bin/env node
// `npm start|test|check|generate|bench`: plain JavaScript, so that an older Node with nothing installed can run it. It installs
// what is missing and hands over to the Node that the checkout brings along.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const modules = join(root, 'node_modules');

const words = {
  start: (args) => [...(isBuilt() ? [] : build()), ['server', ['server/main.ts', ...args]]],
  build: build,
  test: (args) => [['tests', ['node_modules/vitest/vitest.mjs', 'run', ...args]]],
  check: checks,
  generate: (args) => [['generate', ['tools/generate.ts', ...args]]],
  bench: (args) => [['bench', ['bench/main.ts', ...args]]],
};

function build() {
  const vite = (config) => ['node_modules/vite/bin/vite.js', 'build', '--config', config, '--logLevel', 'warn'];
  return [
    ['page that verifies', vite('ledger/page/vite.config.ts')],
    ['web client', vite('web/vite.config.ts')],
  ];
}

/** Whether the web client and the page that verifies were built after the last change of what they are made of, and of the lock. */
function isBuilt() {
  return isNewer('web/dist/index.html', ['web', 'core', 'api']) && isNewer('ledger/page/dist/verify.html', ['ledger']);
}

function isNewer(page, sources) {
  if (!existsSync(join(root, page))) return false;
  const built = statSync(join(root, page)).mtimeMs;
  return [...sources, 'package-lock.json'].every((path) => newest(join(root, path)) <= built);
}

function newest(path) {
  const found = statSync(path);
  if (!found.isDirectory()) return found.mtimeMs;
  return readdirSync(path)
    .filter((name) => !['node_modules', 'dist'].includes(name) && !/\.test\.tsx?$/.test(name))
    .reduce((latest, name) => Math.max(latest, newest(join(path, name))), 0);
}

function checks() {
  const projects = readJson('package.json')
    .workspaces.flatMap((room) => [`${room}/tsconfig.json`, `${room}/tsconfig.test.json`])
    .filter((project) => existsSync(join(root, project)));
  return [
    ...projects.map((project) => [`types of ${project}`, ['node_modules/typescript/bin/tsc', '-p', project]]),
    ['lint', ['node_modules/eslint/bin/eslint.js', '.']],
    ['format', ['node_modules/prettier/bin/prettier.cjs', '--check', '.']],
  ];
}

function readJson(path) {
  return JSON.parse(readFileSync(join(root, path), 'utf8'));
}

/** Whether node_modules holds every version that package-lock.json asks of this machine. */
function isInstalled(withDevelopment) {
  if (!existsSync(join(modules, '.package-lock.json'))) return false;
  const wanted = readJson('package-lock.json').packages;
  const present = readJson('node_modules/.package-lock.json').packages;
  return Object.entries(wanted).every(([path, { version, link, optional, dev, devOptional }]) => {
    if (!path.startsWith('node_modules/') && !path.includes('/node_modules/')) return true;
    const found = present[path];
    if (!found) return Boolean(optional || devOptional || (dev && !withDevelopment));
    return link ? found.link === true : found.version === version;
  });
}

function install(withDevelopment) {
  if (isInstalled(withDevelopment)) return;
  console.error('Installing dependencies (npm ci); this happens when package-lock.json has changed.');
  const npm = process.env.npm_execpath;
  const args = ['ci', '--no-audit', '--no-fund', ...(withDevelopment ? ['--include=dev'] : [])];
  const viaNode = npm !== undefined && /\.c?js$/.test(npm);
  // npm answers on standard error, so that a command's own output stays clean.
  const settings = { cwd: root, stdio: ['ignore', 2, 2], shell: !viaNode && process.platform === 'win32' };
  const done = viaNode ? spawnSync(process.execPath, [npm, ...args], settings) : spawnSync('npm', args, settings);
  if (done.status !== 0) stop(`Installing failed. Run "npm ci" in ${root} to see why.`, done.status ?? 2);
}

function stop(sentence, code) {
  console.error(sentence);
  process.exit(code);
}

function isRecent(version) {
  const [major, minor] = version.split('.').map(Number);
  return major > 24 || (major === 24 && minor >= 15);
}

function findNode() {
  const { platform, arch } = process;
  const name = `node-${platform === 'win32' ? 'win' : platform}-${arch}`;
  const pinned = join(modules, name, 'bin', platform === 'win32' ? 'node.exe' : 'node');
  if (existsSync(pinned)) return pinned;
  if (isRecent(process.versions.node)) return process.execPath;
  return stop(
    `Countersign needs Node 24.15 or newer; this is ${process.versions.node} and npm has no Node for ${platform} ${arch}: install one from https://nodejs.org and try again.`,
    2,
  );
}

/** Who started us, and who started them; the latter is only to be seen on Linux. */
function lineage() {
  try {
    const stat = readFileSync(`/proc/${process.ppid}/stat`, 'utf8');
    return `${process.ppid} ${stat.slice(stat.lastIndexOf(')')).split(' ')[2]}`;
  } catch {
    return `${process.ppid}`;
  }
}

let running;
let asked;

/**
 * Ctrl-C and a signal to the process group reach the child by themselves, a signal to npm reaches only us. What runs
 * must therefore take a second signal as the same request; we never send more than one of our own.
 */
function passOn(signal) {
  if (asked) return;
  asked = signal;
  setTimeout(() => running?.kill(signal), signal === 'SIGINT' ? 500 : 0);
}

/** Runs one target to its end: its exit code, or the signal that ended it. */
function run(node, args) {
  return new Promise((resolve) => {
    running = spawn(node, args, { cwd: root, stdio: 'inherit' });
    running.on('error', (error) => {
      console.error(`${node} does not start: ${error.message}`);
      resolve({ code: 2, signal: null });
    });
    running.on('exit', (code, signal) => resolve({ code, signal }));
  });
}

/** Held while something is built: of two starts in one checkout the later waits, and finds it built. */
const building = join(root, '.building');

async function holdBuild() {
  while (!asked) {
    try {
      writeFileSync(building, String(process.pid), { flag: 'wx' });
      return;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      if (!isAlive(readIfThere(building))) rmSync(building, { force: true });
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

const releaseBuild = () => readIfThere(building) === String(process.pid) && rmSync(building, { force: true });

function readIfThere(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

/** A holder that was killed holds nothing any more. One that has not written its number yet is taken for alive. */
function isAlive(pid) {
  try {
    return pid === '' || process.kill(Number(pid), 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
}

const [word, ...args] = process.argv.slice(2);
const plan = Object.hasOwn(words, word ?? '') ? words[word] : undefined;
if (!plan) stop(`Usage: node tools/bin/run.mjs ${Object.keys(words).join('|')} [arguments]`, 2);

install(word !== 'start');
const node = findNode();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => passOn(signal));
// Some shells do not pass npm's signal on but die of it, or outlive npm: an ancestor being gone is the same request.
const ancestors = lineage();
setInterval(() => lineage() !== ancestors && passOn('SIGTERM'), 500).unref();

const failed = [];
let last = { code: 0, signal: null };
const builds = new Set(build().map(([name]) => name));
for (const [name, target] of plan(args)) {
  const isBuild = builds.has(name);
  if (isBuild) await holdBuild();
  if (!asked && !(isBuild && word === 'start' && isBuilt())) last = await run(node, target);
  if (isBuild) releaseBuild();
  if (asked) break;
  if (last.code !== 0) failed.push(name);
  // A client that does not build leaves nothing to serve.
  if (last.code !== 0 && word === 'start') break;
}
running = undefined;
if (word === 'check' && !asked)
  console.error(failed.length === 0 ? 'Everything checks.' : `Failed: ${failed.join(', ')}.`);

if (last.signal) {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.removeAllListeners(signal);
  process.kill(process.pid, last.signal);
} else process.exit(word === 'check' ? Math.min(failed.length, 1) : (last.code ?? 1));
