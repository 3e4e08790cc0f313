/** The look of the reference page: our palette, light and dark by the system, readable at 375 px. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --page: light-dark(#fafaf7, #0f1110); --surface: light-dark(#ffffff, #161918); --sunken: light-dark(#f3f3ee, #1c201e);
  --line: light-dark(#e3e3dc, #2a2f2c); --text: light-dark(#191b18, #edeeea); --text-2: light-dark(#50534a, #b3b8b1);
  --text-3: light-dark(#686b61, #939a93); --ok: light-dark(#0f6650, #5fcaa5); --ok-tint: light-dark(#e4f1ec, #14291f);
  --link: light-dark(#1d5cb8, #82b3f5);
  --sans: Inter, ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  --mono: "IBM Plex Mono", ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace;
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--text); font: 0.875rem/1.6 var(--sans); }
a { color: var(--link); text-decoration: none; }
a:hover { text-decoration: underline; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; border-radius: 3px; }
header { padding: 24px clamp(16px, 4vw, 40px); border-bottom: 1px solid var(--line); }
header h1 { margin: 0; font-size: 1.25rem; line-height: 1.4; }
header p { margin: 4px 0 0; max-width: 68ch; color: var(--text-2); }
.frame { display: grid; grid-template-columns: minmax(0, 1fr); gap: 24px; padding: 24px clamp(16px, 4vw, 40px) 64px; max-width: 1200px; }
nav h2 { margin: 16px 0 4px; font-size: 0.6875rem; letter-spacing: .06em; text-transform: uppercase; color: var(--text-3); }
nav ul { margin: 0; padding: 0; list-style: none; columns: 2; column-gap: 16px; font-size: 0.8125rem; }
nav li { padding: 2px 0; overflow-wrap: anywhere; }
main h2 { margin: 32px 0 8px; font-size: 1rem; }
main > section:first-child h2 { margin-top: 0; }
article { margin: 0 0 16px; padding: 16px; background: var(--surface); border: 1px solid var(--line); border-radius: 10px; scroll-margin-top: 16px; }
article h3 { margin: 0; font: 600 0.875rem/1.5 var(--mono); overflow-wrap: anywhere; }
article p { margin: 4px 0 8px; max-width: 72ch; color: var(--text-2); }
.calls { display: grid; gap: 2px; margin: 8px 0; font: 0.75rem/1.6 var(--mono); overflow-wrap: anywhere; }
.method { display: inline-block; min-width: 3.2em; margin-right: 8px; padding: 0 6px; border-radius: 3px; background: var(--ok-tint); color: var(--ok); text-align: center; }
.wide { overflow-x: auto; }
table { width: 100%; border-collapse: collapse; font-size: 0.8125rem; }
th { text-align: left; font-weight: 500; font-size: 0.6875rem; color: var(--text-3); }
th, td { padding: 5px 12px 5px 0; border-bottom: 1px solid var(--line); vertical-align: top; }
tr:last-child td { border-bottom: 0; }
td:first-child { font-family: var(--mono); font-size: 0.75rem; white-space: nowrap; }
pre { margin: 8px 0 0; padding: 10px 12px; overflow-x: auto; background: var(--sunken); border-radius: 6px; font: 0.75rem/1.6 var(--mono); }
details summary { cursor: pointer; color: var(--text-2); font-size: 0.8125rem; }
@media (min-width: 900px) {
  .frame { grid-template-columns: 240px minmax(0, 1fr); gap: 40px; }
  nav { position: sticky; top: 24px; align-self: start; max-height: calc(100vh - 48px); overflow-y: auto; }
  nav ul { columns: 1; }
}
@media print { nav { display: none; } }
`;
