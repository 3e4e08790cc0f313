import type { LedgerPage } from '@countersign/core/proof/page.ts';
import type { ReactElement } from 'react';
import { useView } from '../../api/hooks.ts';
import { useZone } from '../../api/session.ts';
import { moment } from '../../kit/format.ts';
import { Page } from '../../kit/Page.tsx';
import { Panel } from '../../kit/Panel.tsx';
import { oneOf, text, useQueryState } from '../../kit/query-state.ts';
import { Answer } from '../../kit/states.tsx';
import { words } from '../../words/ledger.ts';
import { Claims } from './Claims.tsx';
import { ByFile } from './ByFile.tsx';
import { After, LogFacts } from './Facts.tsx';
import { NameAuthority, NameWitness } from './Naming.tsx';
import type { Do, Told } from './Outside.tsx';
import { Outside } from './Outside.tsx';
import { PublicLog } from './PublicLog.tsx';
import { Retiring } from './Retiring.tsx';
import { Seen } from './Seen.tsx';
import { SelfCheck } from './SelfCheck.tsx';
import { Start } from './Start.tsx';
import { Without } from './Without.tsx';
import './page.css';

const DOINGS = ['witness', 'time', 'retire', 'mail'] as const;

const isNobody = ({ witnesses, authorities }: Told): boolean => witnesses.length + authorities.length === 0;

/** What the log is worth as it stands, in one sentence. */
function sentenceOf(told: Told, zone: string): string {
  const { sentence: say } = words;
  const named = [...told.witnesses, ...told.authorities];
  const troubled = named.filter(({ trouble }) => trouble !== undefined).length;
  const trouble = troubled === 0 ? '' : say.trouble(troubled);
  const covered = Math.max(0, ...told.seen.map(({ size }) => size));
  const [first] = told.seen.filter(({ size }) => size === covered).sort((a, b) => Date.parse(a.at) - Date.parse(b.at));
  if (first === undefined) return (named.length === 0 ? say.nobody : say.waiting)(told.size) + trouble;
  const when = moment(first.at, zone);
  return (told.after.entries === 0 ? say.all(covered, when) : say.after(told.after.entries, when)) + trouble;
}

/** The log itself: its size and key, who sees it from outside, what it proves and what not, and whether it is still whole. */
export default function Ledger(): ReactElement {
  const state = useQueryState({ do: oneOf(...DOINGS), who: text(60) });
  const zone = useZone();
  const asked = useView<typeof LedgerPage>('ledger.page', {});
  const told = asked.data?.answer;
  const onDo: Do = (doing, id) => state.set({ do: doing, who: id });
  return (
    <Page
      title={words.title}
      sentence={told === undefined ? words.title : sentenceOf(told, zone)}
      sub={words.sub}
      dropped={state.dropped}
    >
      <Answer of={asked} rows={10}>
        {({ answer }) => (
          <div className="stack" style={{ '--g': '16px' } as object}>
            {isNobody(answer) ? <Start onDo={onDo} /> : undefined}
            <div className="grid g32 top">
              <div className="stack" style={{ '--g': '16px' } as object}>
                {isNobody(answer) ? undefined : <Outside told={answer} zone={zone} onDo={onDo} />}
                <Claims claims={answer.claims} />
                <SelfCheck zone={zone} />
                <PublicLog zone={zone} />
              </div>
              <div className="stack" style={{ '--g': '16px' } as object}>
                <After told={answer} zone={zone} />
                <LogFacts told={answer} zone={zone} />
                <Without told={answer} />
              </div>
            </div>
            {isNobody(answer) && answer.seenTotal === 0 ? undefined : <Seen zone={zone} />}
          </div>
        )}
      </Answer>
      {told === undefined ? undefined : (
        <Sides
          told={told}
          zone={zone}
          doing={state.value.do}
          who={state.value.who}
          onDone={() => state.set({ do: undefined, who: undefined })}
        />
      )}
    </Page>
  );
}

/** What is done beside the page: naming, changing, retiring. */
function Sides({
  told,
  zone,
  doing,
  who,
  onDone,
}: {
  readonly told: Told;
  readonly zone: string;
  readonly doing: (typeof DOINGS)[number] | undefined;
  readonly who: string | undefined;
  readonly onDone: () => void;
}): ReactElement {
  const witness = told.witnesses.find(({ id }) => id === who);
  const authority = told.authorities.find(({ id }) => id === who);
  const one = witness ?? authority;
  const say = words.form;
  return (
    <>
      <Panel
        title={witness === undefined ? say.witness : say.changeWitness}
        open={doing === 'witness'}
        onClose={onDone}
      >
        {doing === 'witness' ? <NameWitness key={who} held={witness} onDone={onDone} /> : undefined}
      </Panel>
      <Panel title={authority === undefined ? say.time : say.changeTime} open={doing === 'time'} onClose={onDone}>
        {doing === 'time' ? <NameAuthority key={who} held={authority} onDone={onDone} /> : undefined}
      </Panel>
      <Panel
        title={words.retiring.title(one?.name ?? '')}
        open={doing === 'retire' && one !== undefined}
        onClose={onDone}
      >
        {doing === 'retire' && one !== undefined ? (
          <Retiring
            kind={witness === undefined ? 'time' : 'witness'}
            id={one.id}
            isLast={told.witnesses.length + told.authorities.length === 1}
            onDone={onDone}
          />
        ) : undefined}
      </Panel>
      <Panel
        title={words.mail.title(witness?.name ?? '')}
        open={doing === 'mail' && witness !== undefined}
        onClose={onDone}
      >
        {doing === 'mail' && witness !== undefined ? (
          <ByFile key={witness.id} witness={witness} zone={zone} />
        ) : undefined}
      </Panel>
    </>
  );
}
