import type { Bound } from './bound.ts';
import type { Command, Step } from './commands.ts';
import { stepsOf } from './commands.ts';
import { closing, opening } from './frame.ts';
import { html, NOTHING } from './html.ts';
import type { Markup } from './html.ts';

/** `how-to-verify.html`: what to type, with tools of others first, and each check once where it must fail. */
export function* howToVerify(bound: Bound): Generator<string> {
  const { name, period, log, verifies, claims } = bound;
  yield opening(`How to verify: ${name}`, 'How to verify');
  yield html` <h1>How to verify this binder</h1>
    <p class="lead">
      With tools that we did not write, and with ours. Type the lines in the folder that the archive unpacks to, the one
      with <span class="mono">bagit.txt</span>, in any POSIX shell; on a Mac say
      <span class="mono">shasum -a 256</span> where it says <span class="mono">sha256sum</span>. OpenSSL is version 3. A
      check that cannot fail shows nothing: after each stands one with a red edge that must be refused.
    </p>
    ${
      verifies
        ? html`<p class="lead">
            Without a terminal: open <a href="verify.html">verify.html</a> in a browser and drop the archive on it. It
            needs no network. It came with the binder, as everything here: whoever wants to rely on nothing from here
            takes that page from elsewhere.
          </p>`
        : NOTHING
    }
    <div class="card warns">
      <h2>What no check here shows</h2>
      <ul>
        ${[...claims.notProven, ...claims.never].map(({ says }) => html`<li>${says}</li>`)}
      </ul>
    </div>
    <p>Back to <a href="index.html">what is in here</a>.</p>`.text;
  for (const [i, step] of stepsOf(bound).entries()) yield stepOf(step, i + 1).text;
  yield closing(`${name} · ${period.from} to ${period.to} · ledger of ${log.size} entries, root ${log.root}`);
}

const stepOf = ({ id, title, says, commands, files = [] }: Step, number: number): Markup =>
  html` <h2 id="${id}">${number}. ${title}</h2>
    <p>${says}</p>
    ${files.map(
      ({ name, text }) =>
        html`<h3>${name}</h3>
          <pre tabindex="0" aria-label="${name}" data-file="${name}"><code>${text}</code></pre>`,
    )}
    ${commands.map((command) => commandOf(command))}`;

const commandOf = ({ id, run, exit }: Command): Markup =>
  exit === 0
    ? html`<pre tabindex="0" aria-label="To type" data-run="${id}" data-exit="0"><code>${run}</code></pre>`
    : html`<p class="meta">Must be refused, and end with ${exit}:</p>
        <pre
          class="fails"
          tabindex="0"
          aria-label="To type, and to be refused"
          data-run="${id}"
          data-exit="${exit}"
        ><code>${run}</code></pre>`;
