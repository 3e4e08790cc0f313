import type { Term } from '@countersign/core/glossary/index.ts';
import type { ReactElement } from 'react';
import { useEffect } from 'react';
import { count } from '../../kit/format.ts';
import { useGlossary } from '../../kit/glossary.ts';
import { Go } from '../../kit/Go.tsx';
import { Card, Page } from '../../kit/Page.tsx';
import { text, useQueryState } from '../../kit/query-state.ts';
import { Answer, Empty } from '../../kit/states.tsx';
import { Filter } from '../../kit/Table.tsx';
import { words } from '../../words/glossary.ts';
import './page.css';

const holds = ({ term, says, also }: Term, asked: string): boolean =>
  [term, says, ...also].some((part) => part.toLowerCase().includes(asked));

export default function Glossary(): ReactElement {
  const state = useQueryState({ q: text(), term: text(100) });
  const glossary = useGlossary();
  const asked = (state.value.q ?? '').trim().toLowerCase();
  const open = state.value.term;
  useEffect(() => {
    if (open !== undefined && glossary.data !== undefined) document.getElementById(`term-${open}`)?.scrollIntoView();
  }, [open, glossary.data]);

  return (
    <Page
      title={words.title}
      sentence={words.sentence}
      sub={words.sub}
      dropped={state.dropped}
      actions={
        <Filter
          value={state.value.q ?? ''}
          label={words.filter}
          onChange={(q) => state.set({ q: q === '' ? undefined : q }, { replace: true })}
        />
      }
    >
      <Answer of={glossary}>
        {({ GLOSSARY, termOf }) => {
          const sections = GLOSSARY.map((section) => ({
            ...section,
            terms: section.terms.filter((term) => asked === '' || holds(term, asked)),
          })).filter((section) => section.terms.length > 0);
          const n = sections.reduce((sum, section) => sum + section.terms.length, 0);
          return (
            <>
              <p className="vh" role="status">
                {words.found(count(n))}
              </p>
              {n === 0 ? (
                <div className="card">
                  <Empty title={words.nothing}>{words.none}</Empty>
                </div>
              ) : undefined}
              <div className="stack glossary">
                {sections.map((section) => (
                  <Card key={section.id} title={section.title}>
                    <dl>
                      {section.terms.map((term) => (
                        <div key={term.id} id={`term-${term.id}`} className={term.id === open ? 'gterm on' : 'gterm'}>
                          <dt>
                            {term.term}
                            {term.also.length === 0 ? undefined : (
                              <span className="t3 s2"> {words.also(term.also.join(', '))}</span>
                            )}
                          </dt>
                          <dd>
                            {term.says}
                            {term.clauses.length === 0 ? undefined : (
                              <span className="t3 s2 mono clause">{term.clauses.join(' · ')}</span>
                            )}
                            {term.see.length === 0 ? undefined : (
                              <span className="s2 t3">
                                {` ${words.see}: `}
                                {term.see.map((id, i) => (
                                  <span key={id}>
                                    {i === 0 ? undefined : ', '}
                                    <Go to="/glossary" search={{ term: id }}>
                                      {termOf(id)?.term ?? id}
                                    </Go>
                                  </span>
                                ))}
                              </span>
                            )}
                          </dd>
                        </div>
                      ))}
                    </dl>
                  </Card>
                ))}
              </div>
            </>
          );
        }}
      </Answer>
    </Page>
  );
}
