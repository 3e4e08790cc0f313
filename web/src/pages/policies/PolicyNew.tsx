import type { PolicyListing } from '@countersign/core/policy/view.ts';
import type { ReactElement } from 'react';
import { useAllowed } from '../../api/allowed.ts';
import { useAct, useView } from '../../api/hooks.ts';
import { useMe } from '../../api/session.ts';
import { useGo } from '../../kit/Go.tsx';
import { Page } from '../../kit/Page.tsx';
import { text, useQueryState } from '../../kit/query-state.ts';
import { Answer } from '../../kit/states.tsx';
import { words } from '../../words/policies.ts';
import { Editor } from './Editor.tsx';

const EVERYBODY = ['owner', 'lead', 'control-owner', 'employee'];

export default function PolicyNew(): ReactElement {
  const state = useQueryState({ template: text(100) });
  const go = useGo();
  const me = useMe();
  const draft = useAct('policy.draft');
  const verdict = useAllowed('policy.draft');
  const asked = useView<typeof PolicyListing>('policies.list', {}, { enabled: me.data !== undefined });
  return (
    <Page
      title={words.form.new}
      sub={words.form.sub}
      crumbs={[{ label: words.title, to: '/policies' }]}
      dropped={state.dropped}
      wide
    >
      <Answer of={asked}>
        {({ answer }) => {
          const template = answer.templates.find(({ id }) => id === state.value.template);
          return (
            <Editor
              key={template?.id ?? ''}
              keep={`new.${template?.id ?? ''}`}
              verdict={verdict}
              of={{
                title: template?.title ?? '',
                label: '1.0',
                text: template?.text ?? '',
                owner:
                  me.data?.person?.id ?? (me.data?.actor.id.includes(':') === true ? '' : (me.data?.actor.id ?? '')),
                appliesTo: template?.appliesTo ?? EVERYBODY,
                within: String(template?.acknowledgeWithin ?? 30),
              }}
              cancel={() => go('/policies')}
              save={async ({ within, ...written }) => {
                const done = await draft.mutateAsync({
                  input: {
                    ...written,
                    ...(within.trim() === '' ? {} : { acknowledgeWithin: Number(within) }),
                    ...(template === undefined ? {} : { template: template.id }),
                  },
                });
                const { policy } = done.answer as { readonly policy: string };
                setTimeout(() => go(`/policies/${policy}`));
              }}
            />
          );
        }}
      </Answer>
    </Page>
  );
}
