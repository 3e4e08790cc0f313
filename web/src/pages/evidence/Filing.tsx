import { MultiSelect, Textarea, TextInput } from '@mantine/core';
import { Refusal } from '@countersign/core/kernel/refusal.ts';
import type { ReactElement } from 'react';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useAllowed } from '../../api/allowed.ts';
import { useAct, useList, useOrganisation, useRecord } from '../../api/hooks.ts';
import { useZone } from '../../api/session.ts';
import type { Kept } from '../../api/upload.ts';
import { upload } from '../../api/upload.ts';
import { Form, useForm } from '../../kit/Form.tsx';
import { bytes, moment } from '../../kit/format.ts';
import { useGo } from '../../kit/Go.tsx';
import { Icon } from '../../kit/Icon.tsx';
import { digestOf } from '../../kit/sha256.ts';
import { FaultState, RefusalNote } from '../../kit/states.tsx';
import { endOfDayIn, instantIn, wallIn } from '../../kit/zoned.ts';
import { words } from '../../words/evidence.ts';
import { Choose, wrongWith } from './Drop.tsx';

const say = words.filing;

interface Fields extends Record<string, string> {
  readonly name: string;
  readonly observedAt: string;
  readonly from: string;
  readonly to: string;
  readonly validUntil: string;
  readonly source: string;
}

/** A share of the way as a bar that is read out. */
export function Bar({ share, label }: { readonly share: number; readonly label: string }): ReactElement {
  const percent = Math.round(share * 100);
  return (
    <div
      className="upbar"
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
    >
      <i style={{ width: `${percent}%` }} />
    </div>
  );
}

/** The digest in fours, whole, so that it can be compared by eye. */
export function Digest({ text }: { readonly text: string }): ReactElement {
  return <code className="mono digest">{text.replace(/(.{8})(?=.)/g, '$1 ')}</code>;
}

/** A file’s digest while it is being read; undefined until then. A file that is chosen next breaks the last one off. */
function useDigest(file: File | undefined): { readonly digest: string | undefined; readonly share: number } {
  const [read, setRead] = useState<{ readonly of?: File; readonly digest?: string; readonly share: number }>({
    share: 0,
  });
  useEffect(() => {
    if (file === undefined) return;
    const stop = new AbortController();
    setRead({ of: file, share: 0 });
    digestOf(file, (share) => !stop.signal.aborted && setRead({ of: file, share }), stop.signal).then(
      (digest) => !stop.signal.aborted && setRead({ of: file, share: 1, digest }),
      () => undefined,
    );
    return () => stop.abort();
  }, [file]);
  return read.of === file ? { digest: read.digest, share: read.share } : { digest: undefined, share: 0 };
}

/** Files a document: chosen, its digest shown, described, sent with its progress, filed. Nothing is sent before “Send and file”. */
export function Filing({
  given,
  controls: first = [],
  replaces,
  onFiled,
}: {
  /** A file that was dropped on the page. */
  readonly given?: File | undefined;
  readonly controls?: readonly string[];
  readonly replaces?: string | undefined;
  /** Called with the id; without it the page of the document is opened. */
  readonly onFiled?: (evidence: string) => void;
}): ReactElement {
  const org = useOrganisation();
  const zone = useZone();
  const go = useGo();
  const add = useAct('evidence.add');
  const verdict = useAllowed('evidence.add');
  const [file, setFile] = useState<File | undefined>(given);
  const [controls, setControls] = useState<readonly string[]>(first);
  const [note, setNote] = useState<string>();
  const [missing, setMissing] = useState<string>();
  const [sent, setSent] = useState<{ readonly share: number; readonly kept?: Kept }>();
  const stop = useRef<AbortController>(undefined);
  useEffect(() => () => stop.current?.abort(), []);
  useEffect(() => {
    if (given !== undefined) setFile(given);
  }, [given]);

  const known = useList('control', { limit: 200, sort: 'id' });
  const options = useMemo(
    () =>
      (known.data?.items ?? []).flatMap((row) => {
        const { id, title } = row as { readonly id: string; readonly title?: unknown };
        return typeof title === 'string' ? [{ value: id, label: `${id} · ${title}` }] : [];
      }),
    [known.data],
  );
  const old = useRecord('evidence', replaces ?? '', { enabled: replaces !== undefined });
  const replaced = old.data as { readonly name?: string; readonly controls?: readonly string[] } | undefined;
  useEffect(() => {
    const before = replaced?.controls;
    if (before !== undefined) setControls((now) => (now.length > 0 ? now : before));
  }, [replaced]);

  const wrong = file === undefined ? undefined : wrongWith(file);
  const { digest, share } = useDigest(wrong === undefined ? file : undefined);
  const form = useForm<Fields>(
    { name: '', observedAt: '', from: '', to: '', validUntil: '', source: '' },
    {
      observedAt: (value) => {
        if (value === '') return undefined;
        const at = instantIn(zone, value);
        if (at === undefined) return say.invalid;
        return Date.parse(at) > Date.now() ? say.future : undefined;
      },
      to: (value, all) => {
        if ((value === '') !== (all.from === '')) return say.both;
        return value !== '' && value < all.from ? say.order : undefined;
      },
    },
  );

  const take = (chosen: File, several: boolean): void => {
    setFile(chosen);
    setNote(several ? words.drop.several : undefined);
    setSent(undefined);
  };

  const send = async (values: Fields): Promise<void> => {
    if (file === undefined || digest === undefined) return;
    if (controls.length === 0) {
      setMissing(say.controlsNeeded);
      throw new Refusal('evidence.controls', 'invalid', say.controlsNeeded);
    }
    stop.current = new AbortController();
    setSent({ share: 0 });
    setNote(undefined);
    let kept: Kept;
    try {
      kept = await upload(org, file, (now) => setSent({ share: now }), stop.current.signal);
    } catch (error) {
      setSent(undefined);
      if (error instanceof DOMException && error.name === 'AbortError') {
        setNote(say.stopped);
        return;
      }
      throw error;
    }
    if (kept.digest !== digest) {
      setSent(undefined);
      throw new Refusal('evidence.differs', 'invalid', say.differs);
    }
    setSent({ share: 1, kept });
    const observedAt = instantIn(zone, values.observedAt);
    const from = values.from === '' ? undefined : instantIn(zone, values.from);
    const to = values.to === '' ? undefined : endOfDayIn(zone, values.to);
    const done = await add.mutateAsync({
      input: {
        name: values.name.trim() === '' ? file.name.slice(0, 255) : values.name.trim(),
        blob: digest,
        bytes: file.size,
        controls,
        ...(observedAt === undefined ? {} : { observedAt }),
        ...(from === undefined || to === undefined ? {} : { from, to }),
        ...(values.validUntil === '' ? {} : { validUntil: values.validUntil }),
        ...(values.source.trim() === '' ? {} : { source: values.source.trim() }),
        ...(replaces === undefined ? {} : { replaces }),
      },
    });
    const { evidence } = done.answer as { readonly evidence: string };
    if (onFiled === undefined) go(`/evidence/${evidence}`);
    else onFiled(evidence);
  };

  if (file === undefined || wrong !== undefined) {
    return (
      <div className="stack" style={{ '--g': '12px' } as object}>
        {replaced?.name === undefined ? undefined : <p className="note">{say.replaces(replaced.name)}</p>}
        {wrong === undefined ? undefined : (
          <p className="note w" role="alert">
            <Icon name="warning" />
            {wrong}
          </p>
        )}
        <Choose onFile={take} />
      </div>
    );
  }
  return (
    <Form
      state={form}
      send={send}
      submit={say.send}
      verdict={digest === undefined && verdict.allowed ? { allowed: false, because: `${say.reading}.` } : verdict}
    >
      {replaced?.name === undefined ? undefined : <p className="note">{say.replaces(replaced.name)}</p>}
      {note === undefined ? undefined : (
        <p className="note" role="status">
          {note}
        </p>
      )}
      <div className="filed">
        <div className="row sp w">
          <b className="cut">{file.name}</b>
          <span className="t2 nw">{bytes(file.size)}</span>
        </div>
        {digest === undefined ? (
          <>
            <p className="s2 t2">{say.reading}</p>
            <Bar share={share} label={say.reading} />
          </>
        ) : (
          <>
            <p className="s2 t2">{say.digest}</p>
            <Digest text={digest} />
          </>
        )}
        {sent === undefined ? (
          <div className="row">
            <Choose onFile={take} again />
          </div>
        ) : (
          <>
            <p className="s2 t2" role="status">
              {sent.kept === undefined ? say.sending(`${Math.floor(sent.share * 100)} %`) : say.filing}
            </p>
            <Bar share={sent.share} label={say.sending('')} />
            {sent.kept === undefined ? (
              <div className="row">
                <button type="button" className="btn x" onClick={() => stop.current?.abort()}>
                  {say.stop}
                </button>
              </div>
            ) : undefined}
          </>
        )}
        {sent?.kept?.says === undefined ? undefined : (
          <p className="note w">
            {say.sniffed}: {sent.kept.says}
          </p>
        )}
      </div>
      <MultiSelect
        label={say.controls}
        description={say.controlsHelp}
        data={options}
        value={[...controls]}
        onChange={(chosen) => {
          setControls(chosen);
          setMissing(undefined);
        }}
        error={missing}
        searchable
        required
        withAsterisk={false}
        maxDropdownHeight={260}
      />
      <TextInput
        type="datetime-local"
        label={say.observed}
        description={say.observedHelp(zone)}
        {...form.field('observedAt')}
      />
      {form.values.observedAt === '' ? (
        <p className="hint" style={{ marginTop: -10 }}>
          <button
            type="button"
            className="lnk"
            onClick={() => form.set({ observedAt: wallIn(zone, Math.min(file.lastModified, Date.now() - 60_000)) })}
          >
            {say.lastModified(moment(new Date(file.lastModified).toISOString(), zone))}
          </button>
        </p>
      ) : undefined}
      <fieldset className="pair">
        <legend className="hint">{say.period}</legend>
        <TextInput type="date" label={say.from} {...form.field('from')} />
        <TextInput type="date" label={say.to} {...form.field('to')} />
      </fieldset>
      <TextInput type="date" label={say.validUntil} description={say.validUntilHelp} {...form.field('validUntil')} />
      <Textarea label={words.page.source} description={say.sourceHelp} autosize minRows={1} {...form.field('source')} />
      <TextInput label={say.name} description={file.name} {...form.field('name')} />
      {add.error === null || form.failure !== undefined ? undefined : add.error instanceof Refusal ? (
        <RefusalNote error={add.error} />
      ) : (
        <FaultState error={add.error} />
      )}
    </Form>
  );
}
