import type { PolicyDetail } from '@countersign/core/policy/view.ts';
import { useParams } from '@tanstack/react-router';
import type { ReactElement } from 'react';
import { useAllowedOn } from '../../api/allowed.ts';
import { useAct, useView } from '../../api/hooks.ts';
import { useGo } from '../../kit/Go.tsx';
import { Page } from '../../kit/Page.tsx';
import { Answer } from '../../kit/states.tsx';
import { words } from '../../words/policies.ts';
import { Editor } from './Editor.tsx';

export default function PolicyEdit(): ReactElement {
  const params: Readonly<Record<string, string | undefined>> = useParams({ strict: false });
  const id = params['id'] ?? '';
  const go = useGo();
  const edit = useAct('policy.edit');
  const verdict = useAllowedOn('policy.edit', 'policy', id);
  const asked = useView<typeof PolicyDetail>('policy.page', { policy: id });
  const detail = asked.data?.answer;
  const title = (detail?.pending ?? detail?.shown)?.title ?? id;
  const back = (): void => go(`/policies/${id}`, detail?.shown === undefined ? {} : { tab: 'draft' });
  return (
    <Page
      title={words.form.edit(title)}
      sub={detail?.shown === undefined ? words.form.sub : words.form.next}
      crumbs={[
        { label: words.title, to: '/policies' },
        { label: title, to: `/policies/${id}` },
      ]}
      wide
    >
      <Answer of={asked}>
        {({ answer }) => {
          const text = answer.pending ?? answer.shown;
          if (text === undefined) return <></>;
          return (
            <Editor
              keep={`${id}.${text.edition}`}
              verdict={verdict}
              of={{
                title: text.title,
                label: text.label,
                text: text.text,
                owner: text.owner.id,
                appliesTo: text.appliesTo,
                within: text.acknowledgeWithin === undefined ? '' : String(text.acknowledgeWithin),
              }}
              cancel={back}
              save={async ({ within, ...written }) => {
                await edit.mutateAsync({
                  input: {
                    policy: id,
                    ...written,
                    acknowledgeWithin: within.trim() === '' ? null : Number(within),
                  },
                });
                setTimeout(back);
              }}
            />
          );
        }}
      </Answer>
    </Page>
  );
}
