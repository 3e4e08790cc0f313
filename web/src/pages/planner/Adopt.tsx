import { Radio, Stack } from '@mantine/core';
import type { ReactElement } from 'react';
import { useState } from 'react';
import { useAllowedOn } from '../../api/allowed.ts';
import { useAct } from '../../api/hooks.ts';
import { Button } from '../../kit/Button.tsx';
import { useGo } from '../../kit/Go.tsx';
import { Dialog } from '../../kit/Panel.tsx';
import { ErrorState } from '../../kit/states.tsx';
import { words } from '../../words/planner.ts';
import type { Roadmap } from './money.ts';
import { thousands } from './money.ts';

/** Adopts a draft, after saying what that creates and changes. Where the answers do not say which way, one is chosen. */
export function Adopt({ plan, roadmap }: { readonly plan: string; readonly roadmap: Roadmap }): ReactElement {
  const go = useGo();
  const verdict = useAllowedOn('plan.adopt', 'plan', plan);
  const adopt = useAct('plan.adopt');
  const [isOpen, setOpen] = useState(false);
  const [recommended] = roadmap.recommendation.options.length === 1 ? roadmap.recommendation.options : [];
  const [option, setOption] = useState<string | undefined>(recommended);
  const choices = roadmap.options.filter(({ id }) => id !== 'separate');
  return (
    <>
      <Button filled verdict={verdict} onClick={() => setOpen(true)}>
        {words.adopt}
      </Button>
      <Dialog title={words.adopt} open={isOpen} onClose={() => setOpen(false)} size="lg">
        <Stack gap="md">
          <Radio.Group
            label={words.choose}
            {...(recommended === undefined ? { description: words.chooseHelp } : {})}
            value={option ?? ''}
            onChange={setOption}
          >
            <Stack gap="xs" mt="xs">
              {choices.map(({ id, title, says, cost }) => (
                <Radio key={id} value={id} label={`${title}, ${thousands(cost.p50)}`} description={says} />
              ))}
            </Stack>
          </Radio.Group>
          {option === recommended ? (
            <ul className="pl-mind">
              {roadmap.adoption.map(({ programme, does, title, says }) => (
                <li key={programme}>
                  <span className="m">{title}</span>{' '}
                  <span className="t3">{`${words.adoptionDoes[does]} ${programme}`}</span>
                  <span className="t2" style={{ display: 'block' }}>
                    {says}
                  </span>
                </li>
              ))}
            </ul>
          ) : undefined}
          <p className="t2">{words.adoptionHelp}</p>
          {adopt.error === null ? undefined : <ErrorState error={adopt.error} />}
          <div className="row w">
            <Button
              filled
              busy={adopt.isPending}
              verdict={option === undefined ? { allowed: false, because: words.chooseHelp } : verdict}
              onClick={() => {
                const input = { plan, ...(option === undefined || option === recommended ? {} : { option }) };
                // What is adopted is no draft any more, and this dialog goes with it: so the promise leads on, and not the dialog.
                void adopt.mutateAsync({ input }).then(
                  () => go('/planner'),
                  () => undefined,
                );
              }}
            >
              {words.adopt}
            </Button>
            <Button onClick={() => setOpen(false)}>{words.close}</Button>
          </div>
        </Stack>
      </Dialog>
    </>
  );
}
