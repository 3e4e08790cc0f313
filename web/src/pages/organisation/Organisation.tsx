import { TextInput } from '@mantine/core';
import type { ReactElement } from 'react';
import { useAllowed } from '../../api/allowed.ts';
import { useAct, useOrganisation, useRecord } from '../../api/hooks.ts';
import { useOrganisationFacts } from '../../api/session.ts';
import { Form, required, useForm } from '../../kit/Form.tsx';
import { Card, Facts } from '../../kit/Page.tsx';
import { Answer } from '../../kit/states.tsx';
import { words } from '../../words/notifications.ts';

export default function OrganisationPart(): ReactElement {
  const asked = useRecord('organisation', 'organisation');
  return <Answer of={asked}>{() => <Named />}</Answer>;
}

function Named(): ReactElement {
  const slug = useOrganisation();
  const { name, zone, sample } = useOrganisationFacts();
  const apply = useAct('records.apply');
  const verdict = useAllowed('records.apply');
  const form = useForm({ name }, { name: required });
  const { organisation } = words;
  return (
    <div className="stack" style={{ '--g': '16px' } as object}>
      {sample ? <p className="note">{organisation.sample}</p> : undefined}
      <Card title={organisation.label}>
        <Form
          state={form}
          verdict={verdict}
          submit={organisation.save}
          send={(values) =>
            apply.mutateAsync({
              input: {
                records: [
                  {
                    kind: 'organisation',
                    id: 'organisation',
                    name: values.name,
                    timeZone: zone,
                    ...(sample ? { sample } : {}),
                  },
                ],
              },
            })
          }
        >
          <TextInput label={organisation.name} maxLength={200} {...form.field('name')} />
        </Form>
        <Facts
          rows={[
            [
              organisation.zone,
              <>
                <div className="mono">{zone}</div>
                <div className="s2 t2">{organisation.zoneFixed}</div>
              </>,
            ],
            [
              organisation.slug,
              <>
                <div className="mono">{slug}</div>
                <div className="s2 t2">{organisation.slugHelp}</div>
              </>,
            ],
          ]}
        />
      </Card>
    </div>
  );
}
