import { useMantineColorScheme } from '@mantine/core';
import { Outlet, useNavigate } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { lazy, Suspense, useEffect, useState } from 'react';
import { useOrganisation } from '../api/hooks.ts';
import { isSignedOut, useMe, useOrganisationFacts } from '../api/session.ts';
import { useCrumbs } from '../kit/crumbs.ts';
import { Go } from '../kit/Go.tsx';
import { Icon } from '../kit/Icon.tsx';
import { Proofs } from '../kit/proofs.tsx';
import { ErrorState } from '../kit/states.tsx';
import { words } from '../words/kit.ts';
import { AsOf, TimeBanner } from './AsOf.tsx';
import { Brand, Mark } from './Brand.tsx';
import { useKeys } from './keys.ts';
import { PrintFoot } from './PrintFoot.tsx';
import { ProofDrawer } from './ProofDrawer.tsx';
import { Rail, TabBar } from './Rail.tsx';
import { SLOTS } from './slots.ts';

const Palette = lazy(() => import('./Palette.tsx'));
const KeyList = lazy(() => import('./KeyList.tsx'));

/** Rail, bar and content: what every page of an organisation stands in. */
export function Shell(): ReactElement {
  const me = useMe();
  const navigate = useNavigate();
  const signedOut = me.isError && isSignedOut(me.error);
  useEffect(() => {
    if (signedOut)
      void navigate({ to: '/sign-in', search: { to: location.pathname + location.search }, replace: true });
  }, [signedOut, navigate]);
  if (signedOut) return <></>;
  if (me.isError) {
    return (
      <div className="page">
        <div className="card">
          <ErrorState error={me.error} retry={() => void me.refetch()} />
        </div>
      </div>
    );
  }
  return <Within />;
}

function Within(): ReactElement {
  const org = useOrganisation();
  const { name, sample } = useOrganisationFacts();
  const crumbs = useCrumbs();
  const [palette, setPalette] = useState(false);
  const [keyList, setKeyList] = useState(false);
  const [clocks, setClocks] = useState(false);
  const { setColorScheme } = useMantineColorScheme();
  useKeys({ palette: () => setPalette(true), list: () => setKeyList(true), clocks: () => setClocks(true) });

  return (
    <Proofs>
      <a className="skip" href="#m">
        {words.skip}
      </a>
      <div className="shell">
        <nav className="nav" aria-label={words.main}>
          <Go className="brand" to="/overview">
            <Brand />
          </Go>
          <Rail name={name} slug={org ?? ''} />
        </nav>
        <div className="main">
          <header className="bar">
            <span className="hm">
              <Go to="/overview" label="Countersign">
                <Mark />
              </Go>
            </span>
            <nav className="crumb" aria-label={words.breadcrumb}>
              <span className="up">
                <Go to="/overview">{name}</Go>
              </span>
              {crumbs.map(({ label, to }, i) => (
                <span
                  key={`${label}${i}`}
                  className={i < crumbs.length - 1 ? 'up row' : 'row'}
                  style={{ gap: 7, minWidth: 0 }}
                >
                  <span className={i === crumbs.length - 1 ? 'up' : ''} aria-hidden="true">
                    /
                  </span>
                  {to === undefined ? <b aria-current="page">{label}</b> : <Go to={to}>{label}</Go>}
                </span>
              ))}
            </nav>
            <div className="right">
              <AsOf open={clocks} onOpen={setClocks} />
              <button type="button" className="srch" onClick={() => setPalette(true)} aria-haspopup="dialog">
                <Icon name="search" size={14} />
                <span>{words.search}</span>
                <kbd style={{ marginLeft: 'auto' }}>Ctrl K</kbd>
              </button>
              {SLOTS.map(({ name: slot, Part }) => (
                <Part key={slot} />
              ))}
              <button
                type="button"
                className="icb th"
                aria-label={words.scheme}
                onClick={() => setColorScheme(isDark() ? 'light' : 'dark')}
              >
                <Icon name="scheme" />
              </button>
            </div>
          </header>
          {sample ? (
            <aside className="sample" aria-label={words.sampleLabel}>
              {words.sample}
            </aside>
          ) : undefined}
          <TimeBanner />
          <Outlet />
          <PrintFoot name={name} />
        </div>
      </div>
      <TabBar onSearch={() => setPalette(true)} name={name} slug={org ?? ''} />
      <Suspense>
        {palette ? <Palette onClose={() => setPalette(false)} /> : undefined}
        {keyList ? <KeyList onClose={() => setKeyList(false)} /> : undefined}
      </Suspense>
      <ProofDrawer />
    </Proofs>
  );
}

const isDark = (): boolean => document.documentElement.dataset['mantineColorScheme'] === 'dark';
