import type { TransferRegister } from '@countersign/core/duty/registers-view.ts';
import type { ReactElement } from 'react';
import type { z } from 'zod';
import { useAllowed } from '../../api/allowed.ts';
import { useView } from '../../api/hooks.ts';
import { Button } from '../../kit/Button.tsx';
import { TableExport } from '../../kit/Export.tsx';
import { day } from '../../kit/format.ts';
import { Icon } from '../../kit/Icon.tsx';
import { Card } from '../../kit/Page.tsx';
import { Panel } from '../../kit/Panel.tsx';
import { Answer, Empty } from '../../kit/states.tsx';
import type { Column } from '../../kit/Table.tsx';
import { Filter, Table } from '../../kit/Table.tsx';
import { words } from '../../words/duties.ts';
import { processingWords, transferWords } from '../../words/duty-registers.ts';
import type { DutyState, Told } from './Duties.tsx';
import { orDash, useTyped } from './parts.tsx';
import { ContractForm, TransferForm } from './TransferForms.tsx';

type Register = z.output<typeof TransferRegister>;
export type TransferRow = Register['transfers'][number];
export type ContractRow = Register['contracts'][number];
const say = transferWords;

function Lacks({ missing }: { readonly missing: readonly string[] }): ReactElement {
  return missing.length === 0 ? (
    <span className="t3">{processingWords.missing(0)}</span>
  ) : (
    <span className="warn s2">{missing.join(' ')}</span>
  );
}

const TRANSFER_COLUMNS: readonly Column<TransferRow>[] = [
  {
    name: 'to',
    label: say.columns.to,
    sort: ({ to }) => to,
    cell: ({ to, isEnded }) => (
      <>
        <span className="m mono">{to}</span>
        {isEnded ? <div className="s2 t3">{say.ended}</div> : undefined}
      </>
    ),
  },
  {
    name: 'recipient',
    label: say.columns.recipient,
    sort: ({ recipient }) => recipient,
    cell: ({ recipient }) => recipient,
  },
  {
    name: 'activity',
    label: say.columns.activity,
    sort: ({ activity }) => activity.title,
    wideOnly: true,
    cell: ({ activity, laws }) => (
      <>
        {activity.title}
        <div className="s2 t2">{laws.map(({ short }) => short).join(', ')}</div>
      </>
    ),
  },
  {
    name: 'mechanism',
    label: say.columns.mechanism,
    sort: ({ mechanism }) => mechanism,
    cell: ({ mechanism }) => say.mechanisms[mechanism],
  },
  {
    name: 'lacks',
    label: say.columns.missing,
    sort: ({ missing }) => -missing.length,
    cell: ({ missing }) => <Lacks missing={missing} />,
  },
];

const CONTRACT_COLUMNS: readonly Column<ContractRow>[] = [
  {
    name: 'party',
    label: say.contractColumns.party,
    sort: ({ party }) => party,
    cell: ({ party, isEnded }) => (
      <>
        <span className="m">{party}</span>
        {isEnded ? <div className="s2 t3">{say.ended}</div> : undefined}
      </>
    ),
  },
  {
    name: 'contract',
    label: say.contractColumns.contract,
    sort: ({ contract }) => contract,
    cell: ({ contract, laws }) => (
      <>
        {say.kinds[contract]}
        <div className="s2 t2">{laws.map(({ short }) => short).join(', ')}</div>
      </>
    ),
  },
  { name: 'role', label: say.contractColumns.role, wideOnly: true, cell: ({ role }) => words.roles[role] },
  {
    name: 'signed',
    label: say.contractColumns.signed,
    sort: ({ signedOn }) => signedOn ?? '',
    wideOnly: true,
    cell: ({ signedOn }) => (signedOn === null ? orDash(null) : <span className="nw">{day(signedOn)}</span>),
  },
  {
    name: 'notice',
    label: say.contractColumns.notice,
    cell: ({ notice }) => (notice === null ? orDash(null) : say.notice(notice.amount, say.units[notice.unit])),
  },
  {
    name: 'missing',
    label: say.contractColumns.missing,
    sort: ({ missing }) => -missing.length,
    cell: ({ missing }) => <Lacks missing={missing} />,
  },
];

/** Where personal data goes, and what was agreed on it. */
export function Transfers({ told, state }: { readonly told: Told; readonly state: DutyState }): ReactElement {
  const { q, sort, open, add } = state.value;
  const [typed, setTyped] = useTyped(q, (text) => state.set({ q: text }, { replace: true }));
  const asking = q === undefined ? {} : { search: q };
  const asked = useView<typeof TransferRegister>('transfers.register', asking);
  const mayTransfer = useAllowed('transfer.record');
  const mayContract = useAllowed('privacy-contract.record');
  const answer = asked.data?.answer;
  const transfer = answer?.transfers.find(({ id }) => id === open);
  const contract = answer?.contracts.find(({ id }) => id === open);
  const close = (): void => state.set({ add: undefined, open: undefined });
  return (
    <>
      <div className="row w sp dfilters">
        <Filter value={typed} onChange={setTyped} label={words.search} />
        <div className="row w">
          <Button verdict={mayContract} onClick={() => state.set({ add: 'contract' })}>
            <Icon name="plus" />
            {say.addContract}
          </Button>
          <Button filled verdict={mayTransfer} onClick={() => state.set({ add: 'transfer' })}>
            <Icon name="plus" />
            {say.add}
          </Button>
        </div>
      </div>
      <Answer of={asked}>
        {({ answer: listing }) => (
          <div className="stack" style={{ '--g': '16px' } as object}>
            <Card
              title={say.title}
              aside={<TableExport of={{ view: 'transfers.register', input: asking, rows: 'transfers' }} />}
              flush
            >
              <Table
                label={say.title}
                rows={listing.transfers}
                columns={TRANSFER_COLUMNS}
                keyOf={({ id }) => id}
                sort={sort}
                onSort={(next) => state.set({ sort: next })}
                onOpen={({ id }) => state.set({ open: id })}
                empty={<Empty title={say.empty.title}>{say.empty.body}</Empty>}
              />
            </Card>
            <Card
              title={say.contracts}
              aside={<TableExport of={{ view: 'transfers.register', input: asking, rows: 'contracts' }} />}
              flush
            >
              <Table
                label={say.contracts}
                rows={listing.contracts}
                columns={CONTRACT_COLUMNS}
                keyOf={({ id }) => id}
                sort={sort}
                onSort={(next) => state.set({ sort: next })}
                onOpen={({ id }) => state.set({ open: id })}
                empty={<Empty title={say.emptyContracts.title}>{say.emptyContracts.body}</Empty>}
              />
            </Card>
          </div>
        )}
      </Answer>
      <Panel title={say.add} open={add === 'transfer' || transfer !== undefined} onClose={close}>
        {add === 'transfer' || transfer !== undefined ? (
          <TransferForm told={told} row={transfer} onClose={close} />
        ) : undefined}
      </Panel>
      <Panel title={say.addContract} open={add === 'contract' || contract !== undefined} onClose={close}>
        {add === 'contract' || contract !== undefined ? (
          <ContractForm told={told} row={contract} onClose={close} />
        ) : undefined}
      </Panel>
    </>
  );
}
