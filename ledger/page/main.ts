import { chosenFolder, dropped } from './chosen.ts';
import { ended, refused, shown } from './show.ts';
import type { Placed, Task, Word } from './task.ts';
import VerifyWorker from './worker.ts?worker&inline';

function byId<T extends HTMLElement>(id: string, type: abstract new () => T): T {
  const found = document.getElementById(id);
  if (!(found instanceof type)) throw new Error(`The page has no ${id}.`);
  return found;
}

const drop = byId('drop', HTMLElement);
const file = byId('file', HTMLInputElement);
const folder = byId('folder', HTMLInputElement);
const old = byId('old', HTMLInputElement);
const verify = byId('verify', HTMLButtonElement);
const cancel = byId('cancel', HTMLButtonElement);
const answer = byId('answer', HTMLElement);
const progress = byId('progress', HTMLElement);
const bar = byId('bar', HTMLProgressElement);

let what: File | readonly Placed[] | undefined;
let running: Worker | undefined;

byId('choose-file', HTMLButtonElement).addEventListener('click', () => file.click());
byId('choose-folder', HTMLButtonElement).addEventListener('click', () => folder.click());
file.addEventListener('change', () => choose(file.files?.[0]));
folder.addEventListener('change', () => choose(folder.files === null ? undefined : chosenFolder(folder.files)));
verify.addEventListener('click', start);
cancel.addEventListener('click', () => {
  stop();
  answer.replaceChildren(ended());
  verify.focus();
});

addEventListener('dragover', (event) => {
  event.preventDefault();
  drop.classList.add('over');
});
addEventListener('dragleave', () => drop.classList.remove('over'));
addEventListener('drop', (event) => {
  event.preventDefault();
  drop.classList.remove('over');
  if (event.dataTransfer !== null && running === undefined)
    void dropped(event.dataTransfer).then(choose, () => choose(undefined));
});

function choose(chosen: File | readonly Placed[] | undefined): void {
  what = chosen instanceof File || (chosen?.length ?? 0) > 0 ? chosen : undefined;
  byId('chosen', HTMLElement).textContent = what === undefined ? 'Nothing was chosen.' : nameOf(what);
  byId('why', HTMLElement).hidden = what !== undefined;
  verify.disabled = what === undefined;
  answer.replaceChildren();
}

const nameOf = (chosen: File | readonly Placed[]): string =>
  chosen instanceof File
    ? `${chosen.name}, ${megabytes(chosen.size)}`
    : `${chosen[0]?.path.split('/')[0] ?? ''}, ${chosen.length} files, ${megabytes(chosen.reduce((sum, { file: { size } }) => sum + size, 0))}`;

const megabytes = (bytes: number): string =>
  bytes < 1e6 ? `${Math.ceil(bytes / 1e3)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;

const linesOf = (id: string): readonly string[] =>
  byId(id, HTMLTextAreaElement)
    .value.split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');

function start(): void {
  if (what === undefined || running !== undefined) return;
  const roots = byId('roots', HTMLTextAreaElement).value.trim();
  const task: Task = {
    what,
    old: old.files?.[0],
    keys: linesOf('keys'),
    witnesses: linesOf('witnesses'),
    timeRoots: roots === '' ? [] : [roots],
  };
  answer.replaceChildren();
  show(true);
  const worker = new VerifyWorker();
  worker.addEventListener('message', ({ data }: MessageEvent<Word>) => take(data));
  worker.addEventListener('error', ({ message }) => take({ refused: { code: 'fault', message } }));
  worker.postMessage(task);
  running = worker;
}

function take(word: Word): void {
  if ('progress' in word) {
    const { step, done, of } = word.progress;
    bar.value = step === 'files' ? (done / of) * 0.5 : 0.5 + (done / of) * 0.5;
    byId('step', HTMLElement).textContent =
      step === 'files' ? `Files: ${done} of ${of}` : `Entries of the log: ${done} of ${of}`;
    return;
  }
  stop();
  answer.replaceChildren(
    ...('answer' in word ? shown(word.answer) : [refused(word.refused.code, word.refused.message)]),
  );
}

function stop(): void {
  running?.terminate();
  running = undefined;
  show(false);
}

function show(isRunning: boolean): void {
  verify.disabled = isRunning;
  cancel.hidden = !isRunning;
  progress.hidden = !isRunning;
  bar.value = 0;
  byId('step', HTMLElement).textContent = '';
  if (isRunning) cancel.focus();
}
