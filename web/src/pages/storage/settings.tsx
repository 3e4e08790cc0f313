import { words } from '../../words/files.ts';
import type { Section } from '../settings/section.ts';
import { Storage } from './Storage.tsx';

export const sections: readonly Section[] = [
  { name: 'storage', label: words.storage.label, order: 60, roles: ['owner', 'lead'], Part: Storage },
];
