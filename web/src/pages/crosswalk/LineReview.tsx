import type { LineReviews } from '@countersign/core/crosswalk/reviewed.ts';
import { Textarea } from '@mantine/core';
import type { ReactElement } from 'react';
import { useState } from 'react';
import type { z } from 'zod';
import type { Verdict } from '../../api/allowed.ts';
import { useAllowed } from '../../api/allowed.ts';
import { useAct } from '../../api/hooks.ts';
import { useMe, useZone } from '../../api/session.ts';
import { Button } from '../../kit/Button.tsx';
import { Form, required, useForm } from '../../kit/Form.tsx';
import { day } from '../../kit/format.ts';
import { ErrorState } from '../../kit/states.tsx';
import { words } from '../../words/reviews.ts';

export type Review = z.output<typeof LineReviews>;
type Says = Review['reviews'][number]['says'];
const say = words.line;

/** What people say of one line as it stands, what they said of it before it changed, and the means to say something. */
export function LineReview({
  line,
  between,
  review,
}: {
  readonly line: string;
  /** Both ends, for whoever hears the buttons and does not see what they stand under. */
  readonly between: readonly [string, string];
  readonly review: Review;
}): ReactElement {
  const zone = useZone();
  const me = useMe().data?.actor.id;
  // The mark is that of the line when the form was opened: what is said is said of what was read then.
  const [asked, setAsked] = useState<{ readonly says: Says; readonly read: string } | undefined>();
  const takeBack = useAct('mapping-review.withdraw');
  const mayTakeBack = useAllowed('mapping-review.withdraw');
  const role = useAllowed('mapping.review');
  const verdict: Verdict = role.allowed && review.barred !== null ? { allowed: false, because: review.barred } : role;
  const isSaid = review.reviews.length + review.earlier.length > 0;
  const mine = review.reviews.find(({ person }) => person.id === me);
  return (
    <div className="cw-review">
      <div className="row w sp">
        <ul className={isSaid ? 's2 cw-said' : 's2'}>
          {review.reviews.map(({ id, person, says, on, note }) => (
            <li key={id}>
              <span className="m">{person.name}</span>{' '}
              <span className={says === 'agree' ? 'ok' : 'bad'}>{say.says[says]}</span>
              <span className="t3">{say.on(day(on, zone))}</span>
              {note === undefined ? undefined : <div className="t2">{say.note(note)}</div>}
            </li>
          ))}
          {review.reviews.length > 0 ? undefined : (
            <li className="t3">{review.earlier.length === 0 ? say.none : say.noneNow}</li>
          )}
          {review.earlier.map(({ id, person, says, on }) => (
            <li key={id} className="t3">
              {say.earlier(person.name, says, day(on, zone))}
            </li>
          ))}
        </ul>
        {asked !== undefined ? undefined : (
          <span className="row cw-say">
            {(['agree', 'disagree'] as const)
              .filter((says) => says !== mine?.says)
              .map((says) => (
                <Button
                  key={says}
                  small
                  verdict={verdict}
                  label={say.about(say[says], ...between)}
                  onClick={() => setAsked({ says, read: review.mark })}
                >
                  {say[says]}
                </Button>
              ))}
            {mine === undefined ? undefined : (
              <Button
                small
                verdict={mayTakeBack}
                busy={takeBack.isPending}
                label={say.about(say.takeBack, ...between)}
                onClick={() => takeBack.mutate({ input: { review: mine.id } })}
              >
                {say.takeBack}
              </Button>
            )}
          </span>
        )}
      </div>
      {takeBack.error === null ? undefined : <ErrorState error={takeBack.error} />}
      {asked === undefined ? undefined : (
        <Saying line={line} {...asked} verdict={verdict} close={() => setAsked(undefined)} />
      )}
    </div>
  );
}

function Saying({
  line,
  says,
  read,
  verdict,
  close,
}: {
  readonly line: string;
  readonly says: Says;
  readonly read: string;
  readonly verdict: Verdict;
  readonly close: () => void;
}): ReactElement {
  const review = useAct('mapping.review');
  const form = useForm({ note: '' }, says === 'disagree' ? { note: required } : {});
  return (
    <Form
      state={form}
      submit={say.form[says]}
      verdict={verdict}
      cancel={close}
      send={async ({ note }) => {
        await review.mutateAsync({
          input: { line, read, says, ...(note.trim() === '' ? {} : { note: note.trim() }) },
        });
        setTimeout(close);
      }}
    >
      <Textarea
        label={say.form.note}
        description={says === 'agree' ? say.form.noteAgree : say.form.noteDisagree}
        autosize
        minRows={2}
        maxLength={2000}
        autoFocus
        {...form.field('note')}
      />
    </Form>
  );
}
