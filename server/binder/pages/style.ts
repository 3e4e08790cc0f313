/** The look of the product, for a page that loads nothing. A test holds the tokens equal to those of the client. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --cs-page: light-dark(#fafaf7, #0f1110);
  --cs-surface: light-dark(#ffffff, #161918);
  --cs-sunken: light-dark(#f3f3ee, #1c201e);
  --cs-line: light-dark(#e3e3dc, #2a2f2c);
  --cs-line-2: light-dark(#d0d0c7, #3a413d);
  --cs-text: light-dark(#191b18, #edeeea);
  --cs-text-2: light-dark(#50534a, #b3b8b1);
  --cs-text-3: light-dark(#686b61, #939a93);
  --cs-ok: light-dark(#17715a, #4cbd97);
  --cs-ok-text: light-dark(#0f6650, #5fcaa5);
  --cs-warn: light-dark(#b56a00, #dd9f3d);
  --cs-warn-text: light-dark(#8a4f00, #e7b15a);
  --cs-warn-tint: light-dark(#fbf0dc, #2d2210);
  --cs-bad: light-dark(#cb3a2b, #ee7062);
  --cs-bad-text: light-dark(#b12c1f, #f58a7d);
  --cs-unseen: light-dark(#72767b, #8b9298);
  --cs-unseen-text: light-dark(#585c62, #a7adb3);
  --cs-time-text: light-dark(#5936b4, #b9a5f7);
  --cs-link: light-dark(#1d5cb8, #82b3f5);
  --cs-focus: light-dark(#1d5cb8, #82b3f5);
  --cs-sans:
    'Inter Variable', Inter, ui-sans-serif, system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial,
    sans-serif;
  --cs-mono: 'IBM Plex Mono', ui-monospace, SFMono-Regular, Menlo, Consolas, 'Liberation Mono', monospace;
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--cs-page); color: var(--cs-text); font: 0.8125rem/1.54 var(--cs-sans); overflow-wrap: anywhere; }
header { display: flex; align-items: center; gap: 8px; min-height: 48px; padding: 8px 24px; background: var(--cs-surface); border-bottom: 1px solid var(--cs-line); }
header svg { width: 18px; height: 18px; flex: none; fill: none; stroke: var(--cs-ok); stroke-width: 2.5; stroke-linecap: round; stroke-linejoin: round; }
header span { color: var(--cs-text-3); }
main { max-width: 1040px; margin: 0 auto; padding: 32px 24px 64px; }
h1 { margin: 0 0 4px; font-size: 1.25rem; line-height: 1.4; font-weight: 600; }
h2 { margin: 40px 0 8px; font-size: 1rem; line-height: 1.5; font-weight: 600; }
h3 { margin: 0; font-size: 0.875rem; line-height: 1.57; font-weight: 600; }
h4 { margin: 12px 0 4px; font-size: 0.75rem; font-weight: 500; color: var(--cs-text-3); }
p { margin: 0 0 8px; }
a { color: var(--cs-link); text-decoration: underline; text-underline-offset: 2px; text-decoration-thickness: 1px; }
:focus-visible { outline: 2px solid var(--cs-focus); outline-offset: 2px; }
code, .mono { font-family: var(--cs-mono); font-size: 0.75rem; }
.lead { font-size: 0.875rem; color: var(--cs-text-2); }
.meta { color: var(--cs-text-3); font-size: 0.75rem; }
.time { color: var(--cs-time-text); }
.card { margin: 0 0 12px; padding: 16px 20px; background: var(--cs-surface); border: 1px solid var(--cs-line); border-radius: 10px; }
.warns { border-left: 4px solid var(--cs-warn); }
.sample { padding: 8px 12px; border-radius: 6px; background: var(--cs-warn-tint); color: var(--cs-warn-text); }
ul, ol { margin: 0; padding-left: 20px; }
li { margin: 2px 0; }
ul.plain { padding: 0; list-style: none; }
ul.plain li { white-space: nowrap; }
td a.nw { white-space: nowrap; }
.card > h2:first-child { margin-top: 0; font-size: 0.875rem; }
dl { display: grid; grid-template-columns: max-content 1fr; gap: 4px 16px; margin: 16px 0 0; }
dt { color: var(--cs-text-3); }
dd { margin: 0; }
.wide { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; }
th { padding: 6px 12px 6px 0; text-align: left; font-size: 0.6875rem; font-weight: 500; color: var(--cs-text-3); border-bottom: 1px solid var(--cs-line-2); vertical-align: bottom; overflow-wrap: normal; }
td { padding: 6px 12px 6px 0; border-bottom: 1px solid var(--cs-line); vertical-align: top; }
tr:last-child td { border-bottom: 0; }
td.n, th.n { text-align: right; font-variant-numeric: tabular-nums; }
.ref { font-family: var(--cs-mono); font-size: 0.75rem; white-space: nowrap; }
.state { white-space: nowrap; }
.mark { display: inline-block; width: 10px; height: 10px; margin-right: 6px; border: 1.5px solid currentColor; border-radius: 3px; vertical-align: -1px; }
.filled { background: currentColor; }
.half { background: linear-gradient(90deg, currentColor 50%, transparent 50%); }
.hatched { background: repeating-linear-gradient(135deg, currentColor 0 1.25px, transparent 1.25px 4px); }
.dashed { border-style: dashed; }
.ok { color: var(--cs-ok-text); }
.warn { color: var(--cs-warn-text); }
.bad { color: var(--cs-bad-text); }
.unseen { color: var(--cs-unseen-text); }
nav ul { display: flex; flex-wrap: wrap; gap: 4px 16px; padding: 0; margin: 16px 0 0; list-style: none; }
pre { margin: 8px 0; padding: 12px 16px; overflow-x: auto; background: var(--cs-sunken); border: 1px solid var(--cs-line); border-radius: 6px; font: 0.75rem/1.6 var(--cs-mono); overflow-wrap: normal; tab-size: 4; }
pre.fails { border-left: 4px solid var(--cs-bad); }
footer { margin-top: 40px; padding-top: 16px; border-top: 1px solid var(--cs-line); color: var(--cs-text-3); font-size: 0.75rem; }
@media (max-width: 640px) {
  header, main { padding-left: 16px; padding-right: 16px; }
  .card { padding: 12px 16px; }
  dl { grid-template-columns: 1fr; gap: 0; }
  dd { margin-bottom: 8px; }
  .stack thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .stack tr { display: block; padding: 8px 0; border-bottom: 1px solid var(--cs-line); }
  .stack tr:last-child { border-bottom: 0; }
  .stack td { display: block; padding: 1px 0; border: 0; text-align: left; }
  .stack td[data-is]::before { content: attr(data-is) ': '; color: var(--cs-text-3); }
}
@media print {
  :root { color-scheme: light; --cs-page: #fff; --cs-surface: #fff; --cs-sunken: #fff; }
  @page { margin: 16mm 14mm; }
  body { font-size: 9pt; }
  main { max-width: none; padding: 0; }
  header { padding: 0 0 8px; }
  nav { display: none; }
  h2 { break-after: avoid; margin-top: 24px; }
  h3, h4 { break-after: avoid; }
  .card { break-inside: auto; padding: 8px 12px; }
  tr, li { break-inside: avoid; }
  pre { white-space: pre-wrap; overflow-wrap: anywhere; }
  a { color: inherit; text-decoration: none; }
  .mark { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
`;
