import { escaped } from './html.ts';
import { STYLE } from './style.ts';

const LOGO = '<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M4 12.5 9.5 18 20 6.5"/></svg>';

/** Nothing is loaded, and nothing runs: what stands beside it may be anybody’s file. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

export const opening = (title: string, of: string): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="referrer" content="no-referrer">
<title>${escaped(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<header>${LOGO}<strong>Countersign</strong><span>${escaped(of)}</span></header>
<main>
`;

export const closing = (foot: string): string => `<footer>${escaped(foot)}</footer>
</main>
</body>
</html>
`;
