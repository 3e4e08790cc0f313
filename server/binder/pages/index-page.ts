import { dayPrinterIn, FRAMEWORK_NAMES, printerIn } from '../../documents/head.ts';
import { elapsed } from '../../documents/period.ts';
import { printSize } from '../../blobs/size.ts';
import type { Placed } from '../evidence.ts';
import { factsPath } from '../evidence.ts';
import type { Bound } from './bound.ts';
import { closing, opening } from './frame.ts';
import { addressOf, html, NOTHING, plural, words } from './html.ts';
import type { Markup } from './html.ts';
import { mark } from './marks.ts';

type Period = Bound['answers']['effectiveness']['controls'][number];
type Status = Bound['answers']['statuses'][number]['answer'];

/** A browser runs none of these when it opens them. Others are named and not led to: somebody uploaded them. */
const OPENED = /\.(?:pdf|png|jpe?g|gif|webp|txt|log|csv|tsv|json|md|docx|xlsx|pptx|zip)$/i;

interface Print {
  readonly instant: (at: number | string) => string;
  readonly day: (at: number | string) => string;
  /** When somebody outside first saw all of this log: by then every entry of it was there. */
  readonly covered?: string;
}

const anchorOf = (kind: string, id: string): string => `${kind}-${encodeURIComponent(id)}`;

/** `index.html`: what is in the binder by requirement and by control. Says first what it does not prove. */
export function* indexPage(bound: Bound): Generator<string> {
  const { name, period, framework, answers } = bound;
  const [covered] = bound.seen
    .filter(({ size }) => size === bound.log.size)
    .map(({ at }) => at)
    .sort();
  const print = {
    instant: printerIn(bound.zone),
    day: dayPrinterIn(bound.zone),
    ...(covered === undefined ? {} : { covered }),
  };
  const of = framework === undefined ? '' : `, ${titleOf(framework)}`;
  yield opening(`${name}: evidence ${period.from} to ${period.to}`, `Evidence binder${of}`);
  yield head(bound, print).text;
  yield claims(bound, print).text;
  for (const [i, { name: file, answer }] of answers.statuses.entries())
    yield requirements(answer, file, i === 0 ? 'requirements' : `requirements-${i + 1}`, print).text;
  if (answers.statuses.length === 0)
    yield html`<h2 id="requirements">By requirement</h2>
      <p class="card">
        No programme ${framework === undefined ? '' : `of ${titleOf(framework)} `}held at the end of the period, so
        nothing is said of requirements.
      </p>`.text;
  yield* controls(bound, print);
  yield facts(bound, print).text;
  yield lists(bound).text;
  yield withheld(bound).text;
  yield closing(
    `${name} · ${period.from} to ${period.to} · ledger of ${plural(bound.log.size, 'entry', 'entries')}, root ${bound.log.root}`,
  );
}

const titleOf = (framework: string): string =>
  (FRAMEWORK_NAMES as Readonly<Record<string, string>>)[framework] ?? framework;

function head(bound: Bound, { instant }: Print): Markup {
  const { name, sample, period, framework, answers, knownAt, log, key, zone, verifies } = bound;
  return html` ${sample ? html`<p class="sample">A sample organisation: what this binder holds is invented.</p>` : NOTHING}
    <h1>Evidence of ${name}, ${period.from} to ${period.to}</h1>
    <p class="lead">
      Whole days in ${zone}, the last one included.
      ${framework === undefined ? 'All frameworks.' : `Only what concerns ${titleOf(framework)}.`} What is shown here is
      repeated from a log that is in this binder; how to check that without us stands in
      <a href="how-to-verify.html">How to verify</a>${
        verifies ? html`, or drop the archive on <a href="verify.html">the page that verifies</a>` : NOTHING
      }.
    </p>
    <dl class="card">
      <dt>Posture as of</dt>
      <dd class="time">${instant(answers.asOf)}</dd>
      <dt>Known by</dt>
      <dd class="time">${instant(knownAt)}. What was recorded later is not in here.</dd>
      <dt>Log</dt>
      <dd>${plural(log.size, 'entry', 'entries')} of <span class="mono">${log.origin}</span></dd>
      <dt>Root</dt>
      <dd class="mono">${log.root}</dd>
      <dt>Key</dt>
      <dd class="mono">${key.fingerprint}</dd>
    </dl>
    <nav aria-label="On this page">
      <ul>
        <li><a href="#proven">What is proven</a></li>
        <li><a href="#requirements">By requirement</a></li>
        <li><a href="#controls">By control</a></li>
        <li><a href="#facts">Facts</a></li>
        <li><a href="#lists">Records and answers</a></li>
        <li><a href="#withheld">What is withheld</a></li>
      </ul>
    </nav>`;
}

function claims({ claims: { proven, notProven, never }, seen }: Bound, { instant }: Print): Markup {
  const list = (title: string, said: readonly { readonly says: string }[], tone: string): Markup =>
    said.length === 0
      ? NOTHING
      : html`<div class="card ${tone}">
          <h3>${title}</h3>
          <ul>
            ${said.map(({ says }) => html`<li>${says}</li>`)}
          </ul>
        </div>`;
  return html` <h2 id="proven">What is proven, and what is not</h2>
    ${list('Not proven', notProven, 'warns')} ${list('Proven by no log, whoever keeps it', never, '')}
    ${list('Proven by what is in here, if it verifies', proven, '')}
    ${
      seen.length === 0
        ? NOTHING
        : html`<div class="card">
            <h3>What others saw</h3>
            <div class="wide">
              <table class="stack">
                <thead>
                  <tr>
                    <th>Entries</th>
                    <th>By</th>
                    <th>How</th>
                    <th>When, by their clock</th>
                  </tr>
                </thead>
                <tbody>
                  ${seen.map(
                    (one) =>
                      html`<tr>
                        <td data-is="Entries">${one.size.toLocaleString('en-GB')}</td>
                        <td>${one.name}</td>
                        <td>${one.kind === 'witness' ? 'Cosigned' : 'Time-stamped'}</td>
                        <td class="time">${instant(one.at)}</td>
                      </tr>`,
                  )}
                </tbody>
              </table>
            </div>
          </div>`
    }`;
}

function requirements(answer: Status, file: string, id: string, { instant }: Print): Markup {
  const { framework, counts, requirements: rows } = answer;
  const sum = `${counts.met} met, ${counts.partly} partly, ${counts.unmet} unmet, ${counts.notObserved} not observed, ${counts.outOfScope} out of scope, of ${plural(rows.length, 'requirement')}`;
  return html`<h2 id="${id}">By requirement: ${titleOf(framework)}</h2>
    <p class="lead">
      ${sum} at <span class="time">${instant(answer.asOf)}</span>. The whole answer:
      <a href="answers/${addressOf(file)}.json">${file}.json</a>.
    </p>
    <div class="card">
      <div class="wide">
        <table class="stack">
          <thead>
            <tr>
              <th>Requirement</th>
              <th>State</th>
              <th>Why</th>
              <th>Controls</th>
            </tr>
          </thead>
          <tbody>
            ${rows.map((row) => requirement(row))}
          </tbody>
        </table>
      </div>
    </div>`;
}

const requirement = ({ ref, title, state, because, controls }: Status['requirements'][number]): Markup =>
  html`<tr>
    <td><span class="ref">${ref}</span> ${title}</td>
    <td>${mark(state)}</td>
    <td>${because.join(' ')}</td>
    <td>${controls.length === 0 ? html`<span class="meta">No control answers it.</span>` : answering(controls)}</td>
  </tr>`;

const answering = (controls: Status['requirements'][number]['controls']): Markup =>
  html`<ul class="plain">
    ${controls.map(
      ({ id, state }) => html`<li><a href="#${anchorOf('control', id)}" class="ref">${id}</a> ${mark(state)}</li>`,
    )}
  </ul>`;

function* controls(bound: Bound, print: Print): Generator<string> {
  const { controls, placed, answers } = bound;
  yield html`<h2 id="controls">By control</h2>
    <p class="lead">
      How each operated in the period, as the records show it, and the documents filed for it. Every figure:
      <a href="answers/effectiveness.json">effectiveness.json</a>.
    </p>`.text;
  const operated = new Map(answers.effectiveness.controls.map((control) => [control.control, control]));
  const filed = new Map<string, Placed[]>();
  for (const one of placed) for (const id of one.controls) filed.set(id, [...(filed.get(id) ?? []), one]);
  const known = new Map(controls.map((control) => [control.id, control]));
  const ids = [...new Set([...known.keys(), ...operated.keys()])].sort();
  if (ids.length === 0) yield html`<p class="card">No control was in force in the period.</p>`.text;
  for (const id of ids)
    yield control(id, known.get(id)?.title ?? id, operated.get(id), filed.get(id) ?? [], print).text;
  const others = placed.filter((one) => !one.controls.some((id) => ids.includes(id)));
  if (others.length > 0)
    yield html`<h3>Documents of other controls</h3>
      <div class="card">${documents(others, print)}</div>`.text;
}

function control(
  id: string,
  title: string,
  period: Period | undefined,
  filed: readonly Placed[],
  print: Print,
): Markup {
  return html` <section class="card" id="${anchorOf('control', id)}">
    <h3><span class="ref">${id}</span> ${title}</h3>
    ${period === undefined ? html`<p class="meta">Nothing was due, filed or observed in the period.</p>` : operation(period, print)}
    ${
      filed.length === 0
        ? html`<p class="meta">No document was filed for it that touches the period.</p>`
        : html`<h4>Documents</h4>
            ${documents(filed, print)}`
    }
  </section>`;
}

const outside = (at: string | undefined, instant: Print['instant']): Markup =>
  at === undefined ? html`Shown by nobody outside` : html`<span class="time">${instant(at)}</span>`;

function operation(period: Period, { day, instant, covered }: Print): Markup {
  const { counts, occurrences, checks, populations, unmatched, operated, frequency } = period;
  const due = `${counts.expected} due: ${counts.onTime} on time, ${counts.late} late, ${counts.missed} missed, ${counts.pending} pending, ${counts.excused} excused.`;
  return html`<p>${mark(operated)} <span class="meta">${words(frequency)} · ${due}</span></p>
    ${
      occurrences.length === 0
        ? NOTHING
        : html`<div class="wide">
            <table class="stack">
              <thead>
                <tr>
                  <th>Occurrence</th>
                  <th>Due</th>
                  <th>State</th>
                  <th>Performed</th>
                  <th>Recorded</th>
                  <th>On record no later than, by an outside clock</th>
                </tr>
              </thead>
              <tbody>
                ${occurrences.map(
                  (one) =>
                    html`<tr>
                      <td class="ref">${one.key}</td>
                      <td data-is="Due">${day(one.due)}</td>
                      <td>${mark(one.state)}</td>
                      <td data-is="Performed">${one.performedAt === undefined ? '–' : instant(one.performedAt)}</td>
                      <td data-is="Recorded">${one.recordedAt === undefined ? '–' : instant(one.recordedAt)}</td>
                      <td data-is="By an outside clock">
                        ${one.performedAt === undefined ? '–' : outside(one.provenBy ?? covered, instant)}
                      </td>
                    </tr>`,
                )}
              </tbody>
            </table>
          </div>`
    }
    ${
      checks.length === 0
        ? NOTHING
        : html`<h4>Checks</h4>
            <ul>
              ${checks.map(
                (one) =>
                  html`<li>
                    <span class="ref">${one.check}</span>: as it should be for ${elapsed(one.passSeconds)}, not for
                    ${elapsed(one.failSeconds)}, unknown for ${elapsed(one.unknownSeconds)}, not applicable for
                    ${elapsed(one.notApplicableSeconds)}; ${plural(one.observations, 'observation')}, the longest gap
                    ${elapsed(one.longestGapSeconds)}.
                  </li>`,
              )}
            </ul>`
    }
    ${
      populations.length === 0
        ? NOTHING
        : html`<h4>Populations</h4>
            <ul>
              ${populations.map(
                (one) =>
                  html`<li>
                    <span class="ref">${one.check}</span> over <span class="ref">${one.dataset}</span>:
                    ${plural(one.items, 'item')}, ${plural(one.deviations, 'deviation')}, ${one.unknown} unknown,
                    ${one.excepted} excepted.
                    ${one.complete ? `Complete, by the word of the ${one.completeBy === 'collector' ? 'collector' : one.completeBy === 'claimed' ? 'person who delivered it' : 'reconciliation'}.` : 'Not complete: what is missing is unknown.'}
                  </li>`,
              )}
            </ul>`
    }
    ${
      unmatched.length === 0
        ? NOTHING
        : html`<h4>Performances that count for nothing due</h4>
            <ul>
              ${unmatched.map((one) => html`<li><span class="ref">${one.performance}</span>: ${one.reason}</li>`)}
            </ul>`
    }`;
}

const documents = (filed: readonly Placed[], { instant }: Print): Markup =>
  html`<div class="wide">
    <table class="stack">
      <thead>
        <tr>
          <th>Document</th>
          <th>Review</th>
          <th>Filed</th>
          <th class="n">Entry</th>
          <th>Proof</th>
        </tr>
      </thead>
      <tbody>
        ${filed.map(
          (one) =>
            html`<tr>
              <td>${fileOf(one)}</td>
              <td>${mark(one.state)}</td>
              <td data-is="Filed">${instant(one.recordedAt)}</td>
              <td class="n" data-is="Entry">${one.entry}</td>
              <td><a href="proofs/${addressOf(one.folder)}.tlog-proof">that entry ${one.entry} is in the log</a></td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;

function fileOf({ name, path, id, bytes }: Placed): Markup {
  const said = html`<span class="meta"><span class="ref">${id}</span>, ${printSize(bytes)}</span>`;
  if (path === undefined)
    return html`${name} ${said}<br /><span class="unseen"
        >The file is not kept any more; that it was filed is still in the log.</span
      >`;
  if (!OPENED.test(path)) return html`${name} ${said}<br /><span class="meta mono">${path}</span>`;
  return html`<a href="${addressOf(path)}">${name}</a> ${said}`;
}

function facts({ collected, repeated }: Bound, { instant }: Print): Markup {
  const title = html`<h2 id="facts">Facts collected</h2>`;
  if (collected.length === 0)
    return html`${title}
      <p class="card">No collection speaks of the period. What was not collected is unknown, not absent.</p>`;
  return html`${title}
    <p class="lead">
      What sources answered, as it came. Each list holds an item the first time it is seen as it is; the log says in
      which collections it was.
    </p>
    <div class="card">
      <div class="wide">
        <table class="stack">
          <thead>
            <tr>
              <th>Dataset</th>
              <th>Source</th>
              <th class="n">Collections</th>
              <th class="n">Not complete</th>
              <th>First and last observed</th>
              <th>Items</th>
            </tr>
          </thead>
          <tbody>
            ${collected.map((one) => {
              const path = factsPath(one);
              const lines = repeated.get(path);
              return html`<tr>
                <td class="ref">${one.dataset}</td>
                <td>${one.source}</td>
                <td class="n" data-is="Collections">${one.collections}</td>
                <td class="n" data-is="Not complete">${one.incomplete}</td>
                <td data-is="Observed">${instant(one.first)} to ${instant(one.last)}</td>
                <td>
                  ${lines === undefined ? 'None' : html`<a href="${addressOf(path)}">${plural(lines, 'line')}</a>`}
                </td>
              </tr>`;
            })}
          </tbody>
        </table>
      </div>
    </div>`;
}

function lists({ repeated, answers }: Bound): Markup {
  const found = [...repeated].filter(([path]) => !path.startsWith('facts/')).sort(([a], [b]) => (a < b ? -1 : 1));
  const all = [
    ...found.map(([path, lines]): readonly [string, string] => [path, plural(lines, 'line')]),
    ...answers.statuses.map(({ name }): readonly [string, string] => [
      `answers/${name}.json`,
      'posture as the product answers it',
    ]),
    ['answers/effectiveness.json', 'how controls operated, as the product answers it'] as const,
  ];
  return html`<h2 id="lists">Records and answers</h2>
    <p class="lead">
      Each line of a list of records names the entry of the log that it repeats; whoever verifies compares them. The
      answers and verdicts are what the product makes of the records: the seal says that they are the company’s, the log
      does not speak of them.
    </p>
    <ul class="card" style="padding-left:36px">
      ${all.map(([path, says]) => html`<li><a href="${addressOf(path)}" class="mono">${path}</a> <span class="meta">${says}</span></li>`)}
    </ul>`;
}

function withheld({ withheld: reasons, log }: Bound): Markup {
  const title = html`<h2 id="withheld">What is withheld</h2>`;
  if (reasons.size === 0)
    return html`${title}
      <p class="card">Nothing: every entry of the log is shown with all that it says.</p>`;
  const rows = [...reasons].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
  return html`${title}
    <p class="lead">
      The log in here is whole: ${plural(log.size, 'entry', 'entries')}, none left out. What an entry says is shown
      where it touches the period; that something is withheld shows, and where:
      <a href="redactions.ndjson">redactions.ndjson</a>. Names of records and who recorded them, by id, are part of the
      log and are seen.
    </p>
    <div class="card">
      <table>
        <thead>
          <tr>
            <th>Why</th>
            <th class="n">How often</th>
          </tr>
        </thead>
        <tbody>
          ${rows.map(
            ([because, count]) =>
              html`<tr>
                <td>${because}</td>
                <td class="n">${count.toLocaleString('en-GB')}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
}
