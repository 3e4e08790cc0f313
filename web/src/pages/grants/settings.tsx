import { lazy, Suspense } from 'react';
import type { ReactElement } from 'react';
import { Loading } from '../../kit/states.tsx';
import { words } from '../../words/grants.ts';
import type { Section } from '../settings/section.ts';

const Grants = lazy(() => import('./Grants.tsx'));

function Part(): ReactElement {
  return (
    <Suspense fallback={<Loading />}>
      <Grants />
    </Suspense>
  );
}

export const sections: readonly Section[] = [
  { name: 'grants', label: words.section, order: 4, roles: ['owner', 'lead', 'operator'], Part },
];
