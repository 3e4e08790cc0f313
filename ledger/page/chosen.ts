import type { Placed } from './task.ts';

/** What a person dropped: an archive, or all the files of a folder. */
export async function dropped(transfer: DataTransfer): Promise<File | readonly Placed[] | undefined> {
  // The list is emptied as soon as the event is over: take all of it before the first wait.
  const items = [...transfer.items].filter(({ kind }) => kind === 'file');
  const entries = items.map((item) => item.webkitGetAsEntry());
  const [first] = transfer.files;
  if (entries.some((entry) => entry?.isDirectory === true)) {
    const placed: Placed[] = [];
    for (const entry of entries) if (entry !== null) await gather(entry, '', placed);
    return placed;
  }
  return first;
}

async function gather(entry: FileSystemEntry, above: string, placed: Placed[]): Promise<void> {
  const path = above === '' ? entry.name : `${above}/${entry.name}`;
  if (isFile(entry)) {
    placed.push({ path, file: await new Promise<File>((done, failed) => entry.file(done, failed)) });
    return;
  }
  if (!isFolder(entry)) return;
  const reader = entry.createReader();
  // A reader gives some of the entries at a time, and none when there are no more.
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((done, failed) => reader.readEntries(done, failed));
    if (some.length === 0) return;
    for (const one of some) await gather(one, path, placed);
  }
}

const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile;
const isFolder = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory;

/** The files of a folder that was chosen. */
export const chosenFolder = (files: FileList): readonly Placed[] =>
  [...files].map((file) => ({ path: file.webkitRelativePath === '' ? file.name : file.webkitRelativePath, file }));
