/** Longest name that is offered for saving: file systems take 255 bytes, and a character may be four of them. */
const MOST = 120;
/** What no file system takes, or what makes a name look like another: separators, controls, marks that turn the direction of text. */
// eslint-disable-next-line no-control-regex -- these are what is taken out
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff<>:"/\\|?*]/g;
/** Names that Windows keeps for devices, whatever their ending. */
const DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)(?=\.|$)/i;

/** A name under which a file can be saved anywhere, from one that anybody may have made up. */
export function safeName(name: string): string {
  const plain = name
    .normalize('NFC')
    .replace(UNSAFE, '_')
    .replace(/^[. ]+|[. ]+$/g, '')
    .replace(DEVICE, '_$&');
  const ending = /\.[A-Za-z0-9]{1,8}$/.exec(plain)?.[0] ?? '';
  const stem = [...plain.slice(0, plain.length - ending.length)].slice(0, MOST - ending.length).join('');
  return stem + ending === '' ? 'file' : stem + ending;
}

/** `Content-Disposition` of RFC 6266: a name in ASCII for old clients, and the whole one. */
export function disposition(how: 'attachment' | 'inline', name: string): string {
  const safe = safeName(name);
  const ascii = safe.replace(/[^\x20-\x7e]/g, '_').replace(/[%']/g, '_');
  const whole = encodeURIComponent(safe).replace(/['()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  return `${how}; filename="${ascii}"; filename*=UTF-8''${whole}`;
}
