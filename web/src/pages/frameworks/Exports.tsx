import { Refusal } from '@countersign/core/kernel/refusal.ts';
import { Switch } from '@mantine/core';
import type { ReactElement } from 'react';
import { useState } from 'react';
import { useDownload } from '../../api/download.ts';
import { useMe } from '../../api/session.ts';
import { Icon } from '../../kit/Icon.tsx';
import { Popup } from '../../kit/Popup.tsx';
import { FaultState, RefusalNote } from '../../kit/states.tsx';
import { words } from '../../words/frameworks.ts';

const READERS = ['owner', 'lead', 'control-owner'];

/** Hands out a framework or a mapping set in each form. Licensed words go along only where somebody says so. */
export function Exports({
  of,
  id,
  isLicensed = false,
  hasProfile = false,
}: {
  readonly of: 'frameworks' | 'mapping-sets';
  readonly id: string;
  readonly isLicensed?: boolean;
  readonly hasProfile?: boolean;
}): ReactElement {
  const download = useDownload();
  const me = useMe().data;
  const [licensed, setLicensed] = useState(false);
  const mayRead = me?.actor.roles.some((role) => READERS.includes(role)) === true;
  const forms = [
    ['csv', words.export.csv],
    ['xlsx', words.export.xlsx],
    ['json', words.export.json],
    ...(of === 'frameworks' ? ([['oscal-catalog', words.export.catalog]] as const) : []),
    ...(hasProfile ? ([['oscal-profile', words.export.profile]] as const) : []),
  ] as const;
  const start = (format: string) => (): void =>
    download.start(`/api/documents/${of}/${encodeURIComponent(id)}`, {
      format,
      ...(licensed ? { licensed: 'true' } : {}),
    });
  return (
    <span className="noprint" aria-busy={download.isMaking}>
      <Popup
        className="btn x"
        side="end"
        label={of === 'frameworks' ? words.export.menu : words.export.setMenu}
        button={
          <>
            <Icon name="export" size={14} /> {words.export.button}
          </>
        }
      >
        <div className="menu exports">
          {forms.map(([format, label]) => (
            <button key={format} type="button" onClick={start(format)}>
              {label}
            </button>
          ))}
          {isLicensed ? (
            <>
              <Switch
                size="xs"
                checked={licensed}
                disabled={!mayRead}
                label={words.export.licensed}
                onChange={(event) => setLicensed(event.currentTarget.checked)}
              />
              <p className="s2 t2">{mayRead ? words.export.licensedHelp : words.export.notAllowed}</p>
            </>
          ) : undefined}
          <div aria-live="polite" className="s2 t2">
            {download.isMaking ? <p>{words.export.making}</p> : undefined}
            {download.saved === undefined ? undefined : <p>{words.export.saved(download.saved)}</p>}
            {download.error === undefined ? undefined : download.error instanceof Refusal ? (
              <RefusalNote error={download.error} />
            ) : (
              <FaultState error={download.error} />
            )}
          </div>
        </div>
      </Popup>
    </span>
  );
}
