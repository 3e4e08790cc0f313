import { NativeSelect, Switch, TextInput } from '@mantine/core';
import type { ReactElement } from 'react';
import { Card } from '../../kit/Page.tsx';
import { words } from '../../words/frameworks.ts';
import type { Preview } from './asking.ts';

const say = words.in;

export type Said = {
  readonly [F in 'id' | 'title' | 'edition' | 'publisher' | 'source' | 'licence' | 'provenance' | 'from' | 'to']?:
    string | undefined;
};

/** A field that is taken when it is left or Enter is pressed: each change reads the files anew. */
function Text({
  label,
  description,
  value,
  onTaken,
}: {
  readonly label: string;
  readonly description?: string;
  readonly value: string;
  readonly onTaken: (value: string | undefined) => void;
}): ReactElement {
  const take = (text: string): void => {
    if (text.trim() !== value) onTaken(text.trim() === '' ? undefined : text.trim());
  };
  return (
    <TextInput
      key={value}
      label={label}
      description={description}
      defaultValue={value}
      onBlur={(event) => take(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key === 'Enter') take(event.currentTarget.value);
      }}
    />
  );
}

const LICENCES = ['licensed', 'own', 'public'] as const;

/** What is said of the framework or set itself, over what its file says. */
export function About({
  found,
  said,
  isWhole,
  leavesOnly,
  isBound,
  onSaid,
  onWhole,
  onLeaves,
}: {
  readonly found: Preview;
  readonly said: Said;
  readonly isWhole: boolean;
  readonly leavesOnly: boolean;
  /** Whether it is resolved from licensed words, and so licensed itself. */
  readonly isBound: boolean;
  readonly onSaid: (said: Said) => void;
  readonly onWhole: (is: boolean) => void;
  readonly onLeaves: (is: boolean) => void;
}): ReactElement {
  const { framework, set } = found;
  const take = (field: keyof Said) => (value: string | undefined) => onSaid({ ...said, [field]: value });
  return (
    <Card title={say.about}>
      <div className="fw-form">
        <Text label={say.id} description={say.idHelp} value={framework?.id ?? set?.id ?? ''} onTaken={take('id')} />
        <Text label={say.name} value={framework?.title ?? set?.title ?? ''} onTaken={take('title')} />
        {framework === undefined ? undefined : (
          <>
            <Text label={say.edition} value={framework.edition ?? ''} onTaken={take('edition')} />
            <Text label={say.publisher} value={framework.publisher ?? ''} onTaken={take('publisher')} />
            <Text label={say.source} value={framework.source ?? ''} onTaken={take('source')} />
            <NativeSelect
              label={say.licence}
              value={framework.licence}
              onChange={(event) => take('licence')(event.currentTarget.value)}
              description={isBound ? say.bound : undefined}
              inputWrapperOrder={['label', 'input', 'description', 'error']}
              data={LICENCES.filter((value) => !isBound || value === 'licensed' || value === framework.licence).map(
                (value) => ({ value, label: words.licence[value] }),
              )}
            />
          </>
        )}
        {set === undefined ? undefined : (
          <Text label={say.provenance} value={set.provenance} onTaken={take('provenance')} />
        )}
        {set === undefined || found.columns.length === 0 ? undefined : (
          <>
            <Text label={say.from} value={said.from ?? ''} onTaken={take('from')} />
            <Text label={say.to} value={said.to ?? ''} onTaken={take('to')} />
          </>
        )}
      </div>
      <div className="stack" style={{ ['--g' as string]: '8px', marginTop: 14 }}>
        <Switch
          size="xs"
          checked={isWhole}
          label={say.isWhole[found.what]}
          onChange={(event) => onWhole(event.currentTarget.checked)}
        />
        {found.format.startsWith('oscal') ? (
          <Switch
            size="xs"
            checked={leavesOnly}
            label={say.leavesOnly}
            onChange={(event) => onLeaves(event.currentTarget.checked)}
          />
        ) : undefined}
      </div>
    </Card>
  );
}
