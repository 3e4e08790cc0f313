import { useLocation } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { lazy, Suspense, useState } from 'react';
import { sendJson, useLogHead, useMe } from '../api/session.ts';
import { useOrganisation } from '../api/hooks.ts';
import { count } from '../kit/format.ts';
import { Go } from '../kit/Go.tsx';
import { Icon } from '../kit/Icon.tsx';
import { Avatar, outsideOf, Rungs } from '../kit/marks.tsx';
import { Popup } from '../kit/Popup.tsx';
import { useProof } from '../kit/proofs.tsx';
import type { InRail } from '../page.ts';
import { PAGES } from '../pages.ts';
import { words } from '../words/kit.ts';
import { railFor } from './rail-for.ts';

const Panel = lazy(async () => ({ default: (await import('../kit/Panel.tsx')).Panel }));

interface Item extends InRail {
  readonly path: string;
}

const ITEMS: readonly Item[] = PAGES.flatMap(({ path, rail }) => (rail === undefined ? [] : [{ path, ...rail }])).sort(
  (a, b) => a.order - b.order,
);
const GROUPS = [
  ['top', undefined],
  ['programmes', words.groups.programmes],
  ['operate', words.groups.operate],
  ['govern', words.groups.govern],
  ['proof', words.groups.proof],
  ['foot', undefined],
] as const;

/** Organisation, pages by group, and at the foot always the log and who is signed in. */
export function Rail({ name, slug }: { readonly name: string; readonly slug: string }): ReactElement {
  const { pathname } = useLocation();
  const me = useMe();
  const roles = me.data?.actor.roles ?? [];
  const items = railFor(ITEMS, roles);
  return (
    <>
      <OrganisationMenu name={name} slug={slug} />
      <div className="rail">
        {GROUPS.map(([group, title]) => {
          const mine = items.filter((item) => item.group === group);
          if (mine.length === 0) return undefined;
          return (
            <div key={group} className={group === 'foot' ? 'foot' : 'group'}>
              {title === undefined ? undefined : <h2>{title}</h2>}
              <ul>
                {mine.map(({ path, label, icon }) => {
                  const to = `/${slug}/${path}`;
                  return (
                    <li key={path}>
                      <Go to={`/${path}`} className="i" current={pathname === to || pathname.startsWith(`${to}/`)}>
                        <Icon name={icon} />
                        {label}
                      </Go>
                    </li>
                  );
                })}
              </ul>
            </div>
          );
        })}
      </div>
      <Foot />
    </>
  );
}

function OrganisationMenu({ name, slug }: { readonly name: string; readonly slug: string }): ReactElement {
  const others = (useMe().data?.organisations ?? []).filter((it) => it.slug !== slug);
  return (
    <Popup
      className="org"
      label={words.organisations}
      button={
        <>
          <span className="av" style={{ border: 0 }} aria-hidden="true">
            {name.slice(0, 1).toUpperCase()}
          </span>
          <span className="cut">{name}</span>
          <span className="t3" style={{ marginLeft: 'auto' }}>
            <Icon name="down" size={14} />
          </span>
        </>
      }
    >
      <ul className="menu">
        {others.map((other) => (
          <li key={other.slug}>
            <a href={`/${other.slug}/overview`}>{other.name ?? other.slug}</a>
          </li>
        ))}
        <li>
          <a href="/new">{words.newOrganisation}</a>
        </li>
      </ul>
    </Popup>
  );
}

function Foot(): ReactElement {
  const org = useOrganisation();
  const me = useMe();
  const log = useLogHead();
  // Whoever saw anything of the log saw its first entry.
  const outside = outsideOf(useProof(log === undefined || log.size === 0 ? null : 0));
  const person = me.data?.person?.name ?? me.data?.actor.id ?? '';
  return (
    <div className="foot s2">
      {log === undefined ? undefined : (
        <Go to="/ledger" className="row logfoot">
          <span className="proof bare">
            <Rungs {...outside} />
          </span>
          <span>
            <span className="m">{words.entries(count(log.size))}</span>
            <br />
            <span className="t3">{outside.witness || outside.time ? words.seenOutside : words.unseenOutside}</span>
          </span>
        </Go>
      )}
      <Popup
        className="who"
        label={person}
        side="above"
        button={
          <>
            <Avatar name={person} />
            <span className="cut">
              <span className="m">{person}</span>
              <br />
              <span className="t3">{roleNames(me.data?.actor.roles ?? [])}</span>
            </span>
          </>
        }
      >
        <ul className="menu">
          <li>
            <button
              type="button"
              onClick={() => {
                void sendJson(org, 'POST', '/api/auth/sign-out', {}).finally(() => location.assign('/sign-in'));
              }}
            >
              <Icon name="out" />
              {words.signOut}
            </button>
          </li>
        </ul>
      </Popup>
    </div>
  );
}

/** The places of the bar, those first that are there for the person. */
const FIRST = ['granted', 'overview', 'work', 'controls', 'evidence', 'policies'];

/** Below 900 px: five places, the rest behind the last. */
export function TabBar({
  onSearch,
  name,
  slug,
}: {
  readonly onSearch: () => void;
  readonly name: string;
  readonly slug: string;
}): ReactElement {
  const [isOpen, setOpen] = useState(false);
  const { pathname } = useLocation();
  const roles = useMe().data?.actor.roles ?? [];
  const mine = railFor(ITEMS, roles);
  const four = FIRST.flatMap((path) => mine.find((item) => item.path === path) ?? []).slice(0, 4);
  return (
    <>
      <nav className="tabbar" aria-label={words.sections}>
        {four.map(({ path, label, icon }) => (
          <Go key={path} to={`/${path}`} current={pathname.startsWith(`/${slug}/${path}`)}>
            <Icon name={icon} size={18} />
            {label}
          </Go>
        ))}
        <button type="button" onClick={() => setOpen(true)} aria-haspopup="dialog">
          <Icon name="menu" size={18} />
          {words.menu}
        </button>
      </nav>
      {isOpen ? (
        <Suspense>
          <Panel title={words.menu} open onClose={() => setOpen(false)}>
            <div
              className="drawernav"
              onClick={(event) => {
                if (event.target instanceof Element && event.target.closest('a') !== null) setOpen(false);
              }}
            >
              <button
                type="button"
                className="btn"
                style={{ width: '100%', marginBottom: 12 }}
                onClick={() => {
                  setOpen(false);
                  onSearch();
                }}
              >
                <Icon name="search" />
                {words.search}
              </button>
              <Rail name={name} slug={slug} />
            </div>
          </Panel>
        </Suspense>
      ) : undefined}
    </>
  );
}

const isRole = (role: string): role is keyof typeof words.roles => role in words.roles;

/** "Owner, Compliance lead". */
const roleNames = (roles: readonly string[]): string =>
  roles.map((role) => (isRole(role) ? words.roles[role] : role)).join(', ');
