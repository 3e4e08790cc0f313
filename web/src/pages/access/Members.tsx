import { Select, TextInput } from '@mantine/core';
import type { ReactElement } from 'react';
import { useState } from 'react';
import { useMe, useZone } from '../../api/session.ts';
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
import type { Members } from './asking.ts';
import { useMembers, useSend } from './asking.ts';
import { Once } from './Once.tsx';

const said = words.members;
type Row = Members['members'][number];

interface Invited {
  readonly link: string;
  readonly mailed: boolean;
  readonly email: string;
}

const ROLES = ['employee', 'control-owner', 'lead', 'owner', 'adviser', 'auditor'] as const;
/** What a lead may offer; the server decides, this only keeps what it would refuse out of the list. */
const OF_A_LEAD: readonly string[] = ['employee', 'control-owner'];

export function MembersCard(): ReactElement {
  const asked = useMembers();
  const me = useMe().data;
  const isOwner = me?.actor.roles.includes('owner') ?? false;
  const zone = useZone();
  const send = useSend();
  const trying = useTrying();
  const [inviting, setInviting] = useState<Partial<Row> | undefined>();
  const [invited, setInvited] = useState<Invited>();
  const close = (): void => {
    setInviting(undefined);
    setInvited(undefined);
  };

  const columnsOf = ({ invitations }: Members): readonly Column<Row>[] => [
    {
      name: 'name',
      label: said.person,
      sort: (row) => row.name.toLowerCase(),
      cell: (row) => (
        <>
          <b>{row.name}</b>
          <div className="t3">{row.email}</div>
        </>
      ),
    },
    { name: 'roles', label: said.roles, cell: (row) => row.roles.map((role) => roleName(role)).join(', ') },
    {
      name: 'signsIn',
      label: said.signsIn,
      cell: (row) => {
        const open = invitations.find(({ person }) => person === row.person);
        return open === undefined ? (row.signsIn ? said.yes : said.no) : said.invited(day(open.expires, zone));
      },
    },
    {
      name: 'factor',
      label: said.factor,
      wideOnly: true,
      cell: (row) => (row.factor ? said.factorYes : said.factorNo),
    },
    {
      name: 'used',
      label: said.used,
      wideOnly: true,
      cell: (row) => (row.usedAt === null ? said.never : ago(row.usedAt)),
    },
    {
      name: 'acts',
      label: said.acts,
      right: true,
      cell: (row) => {
        const open = invitations.find(({ person }) => person === row.person);
        if (open !== undefined)
          return (
            <Button
              small
              label={said.revokeLabel(row.name)}
              onClick={() => void trying.run(() => send('/api/acts/invitation.revoke', { invitation: open.id }))}
            >
              {said.revoke}
            </Button>
          );
        if (!row.signsIn)
          return (
            <Button small label={said.inviteLabel(row.name)} onClick={() => setInviting(row)}>
              {said.inviteThem}
            </Button>
          );
        return isOwner && row.sessions > 0 && row.person !== me?.person?.id ? (
          <Button
            small
            label={said.endLabel(row.name)}
            onClick={() =>
              void trying.run(() => send(`/api/access/members/${encodeURIComponent(row.person)}/sign-out`))
            }
          >
            {said.end}
          </Button>
        ) : undefined;
      },
    },
  ];

  return (
    <Card
      title={said.title}
      flush
      aside={
        <Button small filled onClick={() => setInviting({})}>
          {said.invite}
        </Button>
      }
    >
      {trying.failure === undefined ? undefined : (
        <div className="in">
          <Failure of={trying.failure} />
        </div>
      )}
      <Answer of={asked}>
        {(members) => (
          <Table
            rows={members.members}
            columns={columnsOf(members)}
            keyOf={({ person }) => person}
            label={said.list}
            empty={<Empty title={said.none}>{said.noneHelp}</Empty>}
          />
        )}
      </Answer>
      <Dialog
        title={invited === undefined ? words.invite.title : words.invite.made}
        open={inviting !== undefined || invited !== undefined}
        onClose={close}
      >
        {invited !== undefined ? (
          <Once
            says={invited.mailed ? words.invite.mailed(invited.email) : words.invite.handOver}
            secret={invited.link}
            copy={words.invite.copy}
            copied={words.invite.copied}
            done={words.invite.done}
            close={close}
          />
        ) : inviting === undefined ? undefined : (
          <Invite row={inviting} isOwner={isOwner} done={setInvited} cancel={close} />
        )}
      </Dialog>
    </Card>
  );
}

const roleName = (role: string): string =>
  role in words.invite.roles ? words.invite.roles[role as keyof typeof words.invite.roles] : role;

function Invite({
  row,
  isOwner,
  done,
  cancel,
}: {
  readonly row: Partial<Row>;
  readonly isOwner: boolean;
  readonly done: (invited: Invited) => void;
  readonly cancel: () => void;
}): ReactElement {
  const send = useSend();
  const isThere = row.person !== undefined;
  const form = useForm(
    { email: row.email ?? '', name: row.name ?? '', role: 'employee' },
    {
      email: (value) => (/^\S+@\S+\.\S+$/.test(value.trim()) ? undefined : words.invite.needed.email),
      ...(isThere ? {} : { name: required }),
    },
  );
  const roles = ROLES.filter((role) => isOwner || OF_A_LEAD.includes(role));
  return (
    <Form
      state={form}
      submit={words.invite.send}
      cancel={cancel}
      send={async ({ email, name, role }) => {
        const who = isThere ? { person: row.person } : { name: name.trim(), roles: [role] };
        const made = (await send('/api/access/invitations', { email: email.trim(), ...who })) as Invited;
        done({ link: made.link, mailed: made.mailed, email: email.trim() });
      }}
    >
      <TextInput label={words.invite.email} type="email" data-autofocus {...form.field('email')} />
      {isThere ? undefined : (
        <>
          <TextInput label={words.invite.name} {...form.field('name')} />
          <Select
            label={words.invite.role}
            data={roles.map((role) => ({ value: role, label: words.invite.roles[role] }))}
            value={form.values.role}
            allowDeselect={false}
            onChange={(role) => form.set({ role: role ?? 'employee' })}
          />
        </>
      )}
    </Form>
  );
}
