import type { ReactElement } from 'react';

/** Outlines on a 16 px grid, stroke 1.4. */
const PATHS = {
  overview: 'M2.5 7 8 2.5 13.5 7v6.5h-3.7V9.8H6.2v3.7H2.5z',
  work: 'M3 3.5h10v9.5H3zM5.4 8l1.8 1.8L10.8 6',
  programme: 'M3 3h3v3H3zM3 10h3v3H3zM8.5 4.5h5M8.5 11.5h5',
  planner: 'M2.5 3.5h6M5.5 8h5M8.5 12.5h5',
  controls: 'M8 1.8 13 3.6v4c0 3.2-2.1 5.6-5 6.6-2.9-1-5-3.4-5-6.6v-4z',
  effectiveness: 'M2.5 4h3M7 4h2M10.5 4h3M2.5 8h2M6 8h4M11.5 8h2M2.5 12h5M9 12h4.5',
  evidence: 'M4 1.8h5.2L12.5 5v9.2H4zM9 2v3.3h3.3M6 8.3h4.5M6 11h4.5',
  sources: 'M8 2c3 0 5 .9 5 2s-2 2-5 2-5-.9-5-2 2-2 5-2zM3 4v8c0 1.1 2 2 5 2s5-.9 5-2V4M3 8c0 1.1 2 2 5 2s5-.9 5-2',
  crosswalk: 'M6 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8zM10 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8z',
  policies: 'M4 2h8v12H4zM6 5h4M6 7.5h4M6 10h2.5',
  duties: 'M8 2v11.5M4.5 13.5h7M2.5 4.2h11M2.5 4.2 1 8.6h3zM13.5 4.2 12 8.6h3z',
  people: 'M8 7.2a2.6 2.6 0 1 0 0-5.2 2.6 2.6 0 0 0 0 5.2zM3 14c0-2.8 2.2-4.6 5-4.6s5 1.8 5 4.6',
  checks: 'M2.5 4.5 4 6l2.5-3M2.5 11.5 4 13l2.5-3M9 4.5h4.5M9 11.5h4.5',
  settings:
    'M2.5 4.5h6M11.5 4.5h2M2.5 11.5h2M7.5 11.5h6M10 6.2a1.7 1.7 0 1 0 0-3.4 1.7 1.7 0 0 0 0 3.4zM6 13.2a1.7 1.7 0 1 0 0-3.4 1.7 1.7 0 0 0 0 3.4z',
  glossary: 'M3 2.5h7.5A2 2 0 0 1 12.5 4v9.5H5A2 2 0 0 1 3 11.5zM5.5 6h4.5M5.5 8.5h3',
  first: 'M4 14V2.5M4 3h8l-2 3 2 3H4',
  inbox: 'M2.5 9.5h3l1 2h3l1-2h3M2.5 9.5 4.5 3h7l2 6.5V13h-11z',
  jobs: 'M8 4.5V8l2.5 1.5M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12z',
  ledger: 'M3 13.5v-3M6.3 13.5V8M9.7 13.5V5.5M13 13.5V2.5',
  binder: 'M3.5 2.5h9v11h-9zM6 2.5v11M8.2 5.5h2.2M8.2 8h2.2',
  witness: 'M1.5 8S4 3.8 8 3.8 14.5 8 14.5 8 12 12.2 8 12.2 1.5 8 1.5 8zM8 10a2 2 0 1 0 0-4 2 2 0 0 0 0 4z',
  erasure: 'M6 13.5h7.5M3 10.2 9.4 3.6l3.6 3.6-6.3 6.3H5.2L3 11.3zM6.2 6.9l3.6 3.6',
  down: 'm4 6 4 4 4-4',
  right: 'm6 4 4 4-4 4',
  left: 'm10 4-4 4 4 4',
  search: 'M7 11.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9zM10.3 10.3 13.5 13.5',
  scheme:
    'M8 10.8a2.8 2.8 0 1 0 0-5.6 2.8 2.8 0 0 0 0 5.6zM8 1.5v1.8M8 12.7v1.8M1.5 8h1.8M12.7 8h1.8M3.4 3.4l1.3 1.3M11.3 11.3l1.3 1.3M12.6 3.4l-1.3 1.3M4.7 11.3l-1.3 1.3',
  export: 'M8 2v8M5 7l3 3 3-3M3 13.5h10',
  upload: 'M8 10.5V2.5M5 5.5l3-3 3 3M3 13.5h10',
  plus: 'M8 3v10M3 8h10',
  close: 'm4 4 8 8M12 4l-8 8',
  lock: 'M4 7.5h8V14H4zM5.5 7.5V5.2a2.5 2.5 0 0 1 5 0v2.3',
  warning: 'M8 2.2 14.3 13H1.7zM8 6.3v3.2M8 11.2v.3',
  copy: 'M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3',
  menu: 'M2.5 4.5h11M2.5 8h11M2.5 11.5h11',
  history: 'M2.5 8A5.5 5.5 0 1 0 4.2 4M2.5 2.5V5H5M8 5v3.2l2.2 1.3',
  more: 'M3.5 8h.1M8 8h.1M12.5 8h.1',
  sort: 'M8 3v10M5 10l3 3 3-3',
  out: 'M9 3H3v10h6M7 8h7M11.5 5.5 14 8l-2.5 2.5',
} as const;

export type IconName = keyof typeof PATHS;

/** Decoration beside a word: it has no name of its own. */
export function Icon({ name, size = 16 }: { readonly name: IconName; readonly size?: number }): ReactElement {
  return (
    <svg
      width={size}
      height={size}
      viewBox="0 0 16 16"
      fill="none"
      stroke="currentColor"
      strokeWidth={name === 'more' ? 2.2 : 1.4}
      strokeLinecap="round"
      strokeLinejoin="round"
      aria-hidden="true"
    >
      <path d={PATHS[name]} />
    </svg>
  );
}
