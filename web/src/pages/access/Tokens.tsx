import { MultiSelect, Select, TextInput } from '@mantine/core';
import type { ReactElement } from 'react';
import { useState } from 'react';
import { useAllowedActs } from '../../api/allowed.ts';
import { useZone } from '../../api/session.ts';
import { Button } from '../../kit/Button.tsx';
import { Form, required, useForm } from '../../kit/Form.tsx';
import { ago, day } from '../../kit/format.ts';
import { Card } from '../../kit/Page.tsx';
import { Dialog } from '../../kit/Panel.tsx';
import { Answer, Empty } from '../../kit/states.tsx';
import type { Column } from '../../kit/Table.tsx';
import { Table } from '../../kit/Table.tsx';
import { words } from '../../words/access.ts';
import { Failure } from '../sign-in/Entrance.tsx';
import { useTrying } from '../sign-in/trying.ts';
import type { Tokens } from './asking.ts';
import { useSend, useTokens } from './asking.ts';
import { Once } from './Once.tsx';

const said = words.tokens;
type Row = Tokens['tokens'][number];

const reachOf = ({ scope, acts, source }: Row): string => {
  if (source !== null) return said.source(source);
  if (acts !== null) return said.acts(acts.join(', '));
  return scope === 'read' ? said.reads : said.writes;
};

export function TokensCard(): ReactElement {
  const asked = useTokens();
  const zone = useZone();
  const send = useSend();
  const trying = useTrying();
  const [isMaking, setMaking] = useState(false);
  const [token, setToken] = useState<string>();
  const [leaving, setLeaving] = useState<Row>();
  const close = (): void => {
    setMaking(false);
    setToken(undefined);
  };
  const columns: readonly Column<Row>[] = [
    { name: 'name', label: said.name, sort: (row) => row.name.toLowerCase(), cell: (row) => <b>{row.name}</b> },
    { name: 'reach', label: said.reach, cell: reachOf },
    {
      name: 'expires',
      label: said.expires,
      cell: (row) => (row.expires === null ? said.never : row.expired ? said.expired : day(row.expires, zone)),
    },
    { name: 'used', label: said.used, cell: (row) => (row.usedAt === null ? said.unused : ago(row.usedAt)) },
    {
      name: 'acts',
      label: said.does,
      right: true,
      cell: (row) => (
        <Button small label={said.revokeLabel(row.name)} onClick={() => setLeaving(row)}>
          {said.revoke}
        </Button>
      ),
    },
  ];
  return (
    <Card
      title={said.title}
      flush
      aside={
        <Button small onClick={() => setMaking(true)}>
          {said.add}
        </Button>
      }
    >
      <Answer of={asked}>
        {({ tokens }) => (
          <Table
            rows={tokens}
            columns={columns}
            keyOf={({ id }) => id}
            label={said.list}
            empty={<Empty title={said.none}>{said.noneHelp}</Empty>}
          />
        )}
      </Answer>
      <Dialog
        title={token === undefined ? said.form.title : said.form.made}
        open={isMaking || token !== undefined}
        onClose={close}
      >
        {token !== undefined ? (
          <Once
            says={said.form.madeHelp}
            secret={token}
            copy={said.form.copy}
            copied={said.form.copied}
            done={said.form.done}
            close={close}
          />
        ) : isMaking ? (
          <Make done={setToken} cancel={close} />
        ) : undefined}
      </Dialog>
      <Dialog title={said.revokeTitle} open={leaving !== undefined} onClose={() => setLeaving(undefined)}>
        <p className="t2">{said.revokeHelp(leaving?.name ?? '')}</p>
        <Failure of={trying.failure} />
        <div className="row w" style={{ marginTop: 16 }}>
          <Button
            filled
            busy={trying.busy}
            onClick={() =>
              void trying
                .run(() => send('/api/acts/token.revoke', { token: leaving?.id }))
                .then((done) => (done ? setLeaving(undefined) : undefined))
            }
          >
            {said.revoke}
          </Button>
        </div>
      </Dialog>
    </Card>
  );
}

type Scope = keyof typeof said.form.scopes;

function Make({ done, cancel }: { readonly done: (token: string) => void; readonly cancel: () => void }): ReactElement {
  const send = useSend();
  const known = useAllowedActs();
  const [acts, setActs] = useState<string[]>([]);
  const form = useForm(
    { name: '', scope: 'read', source: '', expires: '', acts: '' },
    {
      name: required,
      source: (value, all) => (all.scope === 'source' && value.trim() === '' ? said.form.needed.source : undefined),
      acts: (_, all) => (all.scope === 'acts' && acts.length === 0 ? said.form.needed.acts : undefined),
    },
  );
  const { scope } = form.values;
  return (
    <Form
      state={form}
      submit={said.form.make}
      cancel={cancel}
      send={async ({ name, source, expires }) => {
        const reach = scope === 'source' ? { source: source.trim() } : scope === 'acts' ? { acts } : { scope };
        // The end of that day wherever one is; the last day is meant to be whole.
        const ends = expires === '' ? {} : { expires: `${expires}T23:59:59Z` };
        const made = (await send('/api/tokens', { name: name.trim(), ...reach, ...ends })) as { token: string };
        done(made.token);
      }}
    >
      <TextInput label={said.form.name} data-autofocus {...form.field('name')} />
      <Select
        label={said.form.scope}
        data={(['read', 'write', 'acts', 'source'] as const).map((value: Scope) => ({
          value,
          label: said.form.scopes[value],
        }))}
        value={scope}
        allowDeselect={false}
        onChange={(value) => form.set({ scope: value ?? 'read' })}
      />
      {scope === 'acts' ? (
        <MultiSelect
          label={said.form.acts}
          data={[...known.keys()]}
          value={acts}
          searchable
          error={form.errors.acts}
          onChange={setActs}
        />
      ) : undefined}
      {scope === 'source' ? (
        <TextInput label={said.form.source} description={said.form.sourceHelp} {...form.field('source')} />
      ) : undefined}
      <TextInput label={said.form.expires} description={said.form.expiresHelp} type="date" {...form.field('expires')} />
    </Form>
  );
}
