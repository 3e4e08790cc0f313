import { TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import type { ReactElement } from 'react';
import { useState } from 'react';
import { z } from 'zod';
import { useOrganisation } from '../../api/hooks.ts';
import { sendJson } from '../../api/session.ts';
import { Button } from '../../kit/Button.tsx';
import { Form, required, useForm } from '../../kit/Form.tsx';
import { Dialog } from '../../kit/Panel.tsx';
import { words } from '../../words/people.ts';
import { RoleBoxes } from './RoleBoxes.tsx';

const Made = z.object({ link: z.string(), mailed: z.boolean() });
type Made = z.output<typeof Made> & { readonly name: string };
const say = words.inviting;

const address = (value: string): string | undefined =>
  required(value) ?? (/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value.trim()) ? undefined : say.address);

/** Makes an invitation and shows its link once. */
export function Inviting({ open, onClose }: { readonly open: boolean; readonly onClose: () => void }): ReactElement {
  const [made, setMade] = useState<Made>();
  const close = (): void => {
    setMade(undefined);
    onClose();
  };
  return (
    <Dialog title={say.title} open={open} onClose={close}>
      {!open ? undefined : made === undefined ? (
        <InviteForm onMade={setMade} onClose={close} />
      ) : (
        <Link made={made} onClose={close} />
      )}
    </Dialog>
  );
}

function InviteForm({
  onMade,
  onClose,
}: {
  readonly onMade: (made: Made) => void;
  readonly onClose: () => void;
}): ReactElement {
  const org = useOrganisation();
  const queries = useQueryClient();
  const form = useForm(
    { name: '', email: '', roles: 'employee' },
    { name: required, email: address, roles: (value) => (value === '' ? words.roles.none : undefined) },
  );
  return (
    <Form
      state={form}
      submit={say.send}
      cancel={onClose}
      send={async ({ name, email, roles }) => {
        const answer = await sendJson(org, 'POST', '/api/access/invitations', {
          name: name.trim(),
          email: email.trim(),
          roles: roles.split(','),
        });
        await queries.invalidateQueries({ queryKey: [org] });
        onMade({ ...Made.parse(answer), name: name.trim() });
      }}
    >
      <TextInput label={say.name} data-autofocus autoComplete="off" {...form.field('name')} />
      <TextInput label={say.email} type="email" autoComplete="off" {...form.field('email')} />
      <RoleBoxes
        value={form.values.roles}
        onChange={(roles) => form.set({ roles })}
        error={form.errors.roles}
        label={say.roles}
      />
      <p className="s2 t2">{say.help}</p>
    </Form>
  );
}

function Link({ made, onClose }: { readonly made: Made; readonly onClose: () => void }): ReactElement {
  const [isCopied, setCopied] = useState(false);
  return (
    <div className="form">
      <p role="status">
        <b>{say.made(made.name)}.</b> {made.mailed ? say.mailed : say.byHand}
      </p>
      <p className="mono s2 linkbox">{made.link}</p>
      <div className="row w">
        <Button
          filled
          onClick={() => {
            void navigator.clipboard.writeText(made.link).then(() => setCopied(true));
          }}
        >
          {isCopied ? say.copied : say.copy}
        </Button>
        <Button onClick={onClose}>{say.done}</Button>
      </div>
    </div>
  );
}
